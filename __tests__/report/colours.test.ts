import { describe, expect, test } from '@jest/globals';
import { COLOURS } from '../../src/report/html/colours.ts';
import { STYLE } from '../../src/report/html/style.ts';

type Palette = ReadonlyMap<string, string>;
const [light, dark] = COLOURS.split('@media').map(
  (text): Palette =>
    new Map([...text.matchAll(/--([a-z0-9-]+):(#[0-9a-f]{3,6})/g)].map(([, name = '', hex = '']) => [name, hex])),
);

/** How faint the sizes in a treemap are written. */
const SIZE_OPACITY = Number(/\.map \.size\{fill-opacity:([.\d]+)/.exec(STYLE)?.[1]);

/** What stands on what: text needs 4.5 : 1 (WCAG 2.2, 1.4.3), edges and marks 3 : 1 (1.4.11). axe does not look into SVG, so it is reckoned here. */
const TEXTS = [
  ...['page', 'card', 'sunk'].flatMap((ground) => ['ink', 'soft', 'link'].map((ink) => [ink, ground] as const)),
  ...['good', 'bad', 'warn', 'undecided'].flatMap(
    (tone) =>
      [
        [`${tone}-ink`, `${tone}-tint`],
        [`${tone}-ink`, 'card'],
        [`${tone}-ink`, 'page'],
      ] as const,
  ),
  ...['t0', 't1', 't2', 't3', 't4', 't5'].map((tone) => ['cell-ink', tone] as const),
  ['tb-ink', 'tb'],
  ['ink', 'group'],
  ['ink', 'gone'],
] as const;
const MARKS = [
  ...['good', 'bad', 'warn', 'undecided'].map((tone) => [tone, 'card'] as const),
  ['edge', 'page'],
  ['edge', 'card'],
] as const;

describe.each([
  ['light', light],
  ['dark', dark],
])('%s', (_name, palette) => {
  test.each(TEXTS)('%s can be read on %s', (ink, ground) => {
    expect(contrast(palette, ink, ground)).toBeGreaterThanOrEqual(4.5);
  });
  test.each(MARKS)('%s can be seen on %s', (mark, ground) => {
    expect(contrast(palette, mark, ground)).toBeGreaterThanOrEqual(3);
  });
  test.each([
    ...['t0', 't1', 't2', 't3', 't4', 't5'].map((tone) => ['cell-ink', tone] as const),
    ['tb-ink', 'tb'],
    ['ink', 'group'],
    ['ink', 'gone'],
  ])('sizes, which are written fainter in %s, can be read on %s', (ink, ground) => {
    const under = channels(valueOf(palette, ground));
    expect(ratio(mix(channels(valueOf(palette, ink)), under, SIZE_OPACITY), under)).toBeGreaterThanOrEqual(4.5);
  });
  test.each(['t0', 't1', 't2', 't3', 't4', 't5', 'tb'])(
    'what is written on a faint %s over a group can be read',
    (tone) => {
      const ground = mix(channels(valueOf(palette, tone)), channels(valueOf(palette, 'group')), 0.45);
      const ink = channels(valueOf(palette, 'ink'));
      expect(ratio(ink, ground)).toBeGreaterThanOrEqual(4.5);
      expect(ratio(mix(ink, ground, SIZE_OPACITY), ground)).toBeGreaterThanOrEqual(4.5);
    },
  );
});

function contrast(palette: Palette | undefined, one: string, other: string): number {
  return ratio(channels(valueOf(palette, one)), channels(valueOf(palette, other)));
}

function valueOf(palette: Palette | undefined, name: string): string {
  const hex = palette?.get(name);
  if (hex === undefined) throw new Error(`no colour ${name}`);
  return hex;
}

function channels(hex: string): number[] {
  const digits = hex.slice(1).match(hex.length === 4 ? /./g : /../g) ?? [];
  return digits.map((digit) => Number.parseInt(digit.padStart(2, digit), 16));
}

function mix(over: readonly number[], under: readonly number[], share: number): number[] {
  return over.map((value, index) => value * share + (under[index] ?? 0) * (1 - share));
}

/** WCAG 2.2, "relative luminance" and "contrast ratio". */
function ratio(one: readonly number[], other: readonly number[]): number {
  const [dim = 0, bright = 0] = [luminance(one), luminance(other)].toSorted((left, right) => left - right);
  return (bright + 0.05) / (dim + 0.05);
}

function luminance(rgb: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = rgb.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
