import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import axe from 'axe-core';
import { z } from 'zod';
import type { RunRecord } from '../../src/model/record.ts';
import { renderHtml } from '../../src/report/html/page.ts';
import { findBrowser, type Page, startBrowser, type View } from '../support/browser.ts';
import { makeFolder } from '../support/folder.ts';
import { aHugeRecord } from '../support/huge-record.ts';
import { aHostileRecord, aPassingRecord, aRichRecord } from '../support/rich-record.ts';

jest.setTimeout(120_000);

const program = findBrowser();
const isRequired = process.env['CI'] !== undefined;
/** Pictures of every page stay here to be looked at. */
const PICTURES = 'out/report-pictures';
const WIDE: View = { width: 1280, height: 900, dark: false, script: true };
const RECORDS: Readonly<Record<string, () => RunRecord>> = {
  failing: aRichRecord,
  passing: aPassingRecord,
  hostile: aHostileRecord,
  many: () => aHugeRecord(6),
  huge: aHugeRecord,
};

const violations = z.object({
  violations: z.array(
    z.looseObject({ id: z.string(), nodes: z.array(z.looseObject({ html: z.string(), failureSummary: z.string() })) }),
  ),
  passes: z.array(z.unknown()),
});

(program === undefined && !isRequired ? describe.skip : describe)(
  program === undefined
    ? 'the page in a browser (no Chromium on PATH: script/setup installs one)'
    : 'the page in a browser',
  () => {
    let page: Page;
    let folder: string;
    beforeAll(async () => {
      if (program === undefined) throw new Error('CI needs a Chromium on PATH; script/setup says why it has none');
      const files = Object.entries(RECORDS).map(([name, make]) => [`${name}.html`, renderHtml(make())] as const);
      folder = await makeFolder({ ...Object.fromEntries(files), 'profile/': 0 });
      page = await startBrowser(program, join(folder, 'profile'));
      await mkdir(PICTURES, { recursive: true });
    });
    afterAll(async () => {
      await page.close();
    });
    const open = (name: string, view: Partial<View> = {}): Promise<void> =>
      page.open(join(folder, `${name}.html`), { ...WIDE, ...view });

    test.each([
      ['failing', {}],
      ['failing', { dark: true }],
      ['failing', { script: false }],
      ['failing', { width: 390 }],
      ['passing', {}],
      ['passing', { dark: true, width: 390 }],
      ['hostile', {}],
      ['hostile', { width: 390, script: false }],
      ['many', {}],
      ['many', { dark: true, width: 390 }],
      ['huge', {}],
      ['huge', { dark: true, width: 390 }],
    ] as [string, Partial<View>][])(
      'the %s record %j: nothing asked for, nothing refused, nothing beside the page, axe finds nothing',
      async (name, view) => {
        await open(name, view);
        expect(page.requests()).toEqual([expect.stringMatching(new RegExp(`^file://.*${name}\\.html$`))]);
        expect(page.complaints()).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
        await writeFile(`${PICTURES}/${[name, ...Object.keys(view)].join('-')}.png`, await page.picture());
        // Without script no timer runs, and axe waits with them; of the huge record it would read ten times what six images have.
        if (view.script !== false && name !== 'huge') expect(await accessibilityProblems(page)).toEqual([]);
      },
    );

    test('the skip link comes first and leads past the verdict', async () => {
      await open('failing');
      await page.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the report');
      expect(await page.evaluate('document.activeElement.getBoundingClientRect().left')).toBeGreaterThan(0);
      await page.press('Enter');
      await page.press('Tab');
      expect(await page.evaluate('document.querySelector("main").contains(document.activeElement)')).toBe(true);
    });

    test.each([true, false])('the keyboard switches between the pictures (script: %s)', async (script) => {
      await open('failing', { script });
      const visible = `['by-layer-api', 'by-path-api'].filter((id) => document.getElementById(id).checkVisibility())`;
      expect(await page.evaluate(visible)).toEqual(['by-layer-api']);
      await page.evaluate('document.getElementById("map-layer-api").focus()');
      await page.press('ArrowRight');
      expect(await page.evaluate(visible)).toEqual(['by-path-api']);
      await page.press('ArrowLeft');
      expect(await page.evaluate(visible)).toEqual(['by-layer-api']);
    });

    test('a path is found in picture and table, and how many is said aloud', async () => {
      await open('failing');
      await page.evaluate('document.getElementById("map-q-api").focus()');
      await page.type('NUMPY');
      const found = await page.evaluate(`({
        clear: Array.from(document.querySelectorAll('#by-layer-api .map > svg:not(.faded) > title'), (title) => title.textContent),
        rows: Array.from(document.querySelectorAll('#paths-api tbody tr:not([hidden]) code'), (cell) => cell.textContent),
        said: document.querySelector('.maps .found').textContent,
      })`);
      expect(found).toMatchObject({
        clear: expect.arrayContaining([expect.stringMatching(/site-packages\/numpy: 60\.0 MB/)]),
        rows: ['/usr/local/lib/python3.11/site-packages/numpy'],
        said: '1 of 7',
      });
    });

    test('a rule is found by any of its words', async () => {
      await open('failing');
      await page.evaluate('document.getElementById("rules-image-api-q").focus()');
      await page.type('platform waived');
      const rows = `Array.from(document.querySelectorAll('#rules-image-api tbody tr:not([hidden]) a'), (cell) => cell.textContent)`;
      expect(await page.evaluate(rows)).toEqual(['health.defined']);
    });

    test('hostile text runs nothing and makes no element', async () => {
      await open('hostile');
      expect(
        await page.evaluate('document.querySelectorAll("img, iframe, object, embed, form, base, link").length'),
      ).toBe(0);
      expect(await page.evaluate('document.scripts.length')).toBe(1);
      const outside = `Array.from(document.links, (link) => link.getAttribute('href')).filter((href) => !/^(#|https:\\/\\/github\\.com\\/)/.test(href))`;
      expect(await page.evaluate(outside)).toEqual([]);
      const handlers = `Array.from(document.querySelectorAll('*')).filter((element) => element.getAttributeNames().some((name) => name.startsWith('on') || name === 'style')).length`;
      expect(await page.evaluate(handlers)).toBe(0);
    });

    test('every link into the page has its end, and every id is there once', async () => {
      for (const name of Object.keys(RECORDS)) {
        await open(name);
        const loose = `Array.from(document.querySelectorAll('a[href^="#"]'), (link) => link.getAttribute('href').slice(1)).filter((id) => document.getElementById(id) === null)`;
        expect(await page.evaluate(loose)).toEqual([]);
        const ids = `(() => { const ids = Array.from(document.querySelectorAll('[id]'), ({ id }) => id); return ids.length - new Set(ids).size; })()`;
        expect(await page.evaluate(ids)).toBe(0);
      }
    });
  },
);

/** What axe-core (Deque, MPL-2.0; used here, never shipped) finds against WCAG 2.2 A and AA and its own good practice. */
async function accessibilityProblems(page: Page): Promise<string[]> {
  await page.evaluate(
    'document.querySelectorAll("details.fold, details.long").forEach((fold) => { fold.open = true; })',
  );
  await page.evaluate(axe.source);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const options = JSON.stringify({ runOnly: tags, resultTypes: ['violations'] });
  const result = violations.parse(await page.evaluate(`axe.run(document, ${options})`));
  expect(result.passes.length).toBeGreaterThan(10);
  return result.violations.flatMap(({ id, nodes }) =>
    nodes.slice(0, 5).map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)}: ${failureSummary}`),
  );
}
