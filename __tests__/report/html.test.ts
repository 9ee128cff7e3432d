import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { renderHtml } from '../../src/report/html/page.ts';
import { prose, safe } from '../../src/report/html/markup.ts';
import { squarify } from '../../src/report/html/squarify.ts';
import { weighLayers, weighPaths } from '../../src/report/html/weight-tree.ts';
import { anImageRecord, anOutcome, aRecord } from '../support/records.ts';
import { aHostileRecord, aRichRecord } from '../support/rich-record.ts';

const page = renderHtml(aRichRecord());

describe('renderHtml', () => {
  test('says the verdict first, then the number that failed and the fix', () => {
    const text = page.slice(page.indexOf('<header'));
    expect(text).toMatch(
      /<h1>[^]*2 of 3 images blocked[^]*<\/h1>\s*<p class="lead"><strong>web<\/strong> did not build at web\/Dockerfile:3/,
    );
    expect(text.indexOf('What to fix')).toBeLessThan(text.indexOf('id="images"'));
  });

  test.each([
    [
      'a finding with its place and remedy',
      ['24.1 GB unpacked, 22.0 GB allowed', 'slipway.yml:12:5', 'Drop the cudnn wheels.'],
    ],
    ['the Dockerfile line of a layer', ['RUN pip install -r requirements.txt', 'docker/Dockerfile.api:12']],
    ['the difference to the base branch', ['+12.0 MB (+2.7 %)', 'Why bigger']],
    ['a waiver with its reason', ['probed by the platform (until 2026-06-01, owner web)']],
    ['a skipped rule with its reason', ['no http checks declared']],
    ['the log of a failed build', ['No rule to make target']],
    [
      'where it was published and which tags stayed',
      ['registry.example/team/api@sha256:1', 'points to a newer release'],
    ],
    ['how to reproduce it', ['slipway ship --config slipway.yml']],
    ['the stages and build steps', ['Where the time went', '[base 2/3] RUN pip install']],
    ['what a rule is about', ['The unpacked layers stay within the budget']],
  ])('shows %s', (_name, words) => {
    for (const word of words) expect(page).toContain(word);
  });

  test('needs nothing from elsewhere, and its policy allows only its own style and script', () => {
    const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    expect(policy).toMatch(/^default-src &#39;none&#39;/);
    for (const element of ['style', 'script']) {
      const [, text = ''] = new RegExp(`<${element}>([^]*?)</${element}>`).exec(page) ?? [];
      expect(policy).toContain(createHash('sha256').update(text).digest('base64'));
    }
    expect(page).not.toMatch(/\ssrc=|<link|@import|url\(|\sstyle="|\son[a-z]+="/);
  });

  test('hostile text is shown, never obeyed', () => {
    const hostile = renderHtml(aHostileRecord());
    expect(hostile.match(/<script/g)).toHaveLength(1);
    expect(hostile.match(/<style/g)).toHaveLength(1);
    expect(hostile.match(/<title>/g)?.length).toBe(hostile.match(/<\/title>/g)?.length);
    // eslint-disable-next-line no-control-regex -- none may be left
    expect(hostile).not.toMatch(/<img|alert\(1\)<\/script>[^&]|[\u202e\u0000\u001b]/);
    expect(hostile).toContain('&lt;img src=x onerror=alert(1)&gt;');
  });

  test.each([
    ['no image at all', aRecord({ images: [] }), 'No image is part of this run.'],
    [
      'an image of which nothing is known',
      aRecord({ images: [anImageRecord({ outcomes: [] })] }),
      'No rule has judged it yet.',
    ],
    ['bytes that were not read', aRecord(), 'Its bytes were not read'],
    [
      'a run that stopped',
      aRecord({ problems: [{ kind: 'environment', message: 'no disk', remedy: 'Make room.' }] }),
      'Make room.',
    ],
  ])('has words for %s', (_name, record, words) => {
    expect(renderHtml(record)).toContain(words);
  });

  test('many findings are cut and said so', () => {
    const findings = Array.from({ length: 5000 }, (_, number) => ({
      message: `finding ${String(number)}`,
      remedy: 'r',
    }));
    const text = renderHtml(
      aRecord({ images: [anImageRecord({ outcomes: [anOutcome({ status: 'failed', findings })] })] }),
    );
    expect(text).toContain('4800 more');
    expect(text.length).toBeLessThan(500_000);
  });
});

test.each([
  ['Set `a: b`.', 'Set <code>a: b</code>.'],
  ['one ` alone', 'one ` alone'],
  ['`<b>`', '<code>&lt;b&gt;</code>'],
  ['``', '``'],
])('words between backticks are code: %s', (text, markup) => {
  expect(prose(text).markup).toBe(markup);
});

test('markup escapes whatever is filled in', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(safe`<p title="${text}">${[text]}</p>`.markup.replace(/^<p title="|">|<\/p>$/g, '')).not.toMatch(/[<>"']/);
    }),
  );
});

test('a treemap fills its box with boxes as large as their weights', () => {
  const weights = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(weights, (unsorted) => {
      const sorted = unsorted.toSorted((one, other) => other - one);
      const sum = sorted.reduce((total, weight) => total + weight, 0);
      const boxes = squarify(sorted, { x: 0, y: 0, width: 1000, height: 400 });
      expect(boxes).toHaveLength(sorted.length);
      for (const [index, { x, y, width, height }] of boxes.entries()) {
        expect(width * height).toBeCloseTo((400_000 * (sorted[index] ?? 0)) / sum, 3);
        expect(Math.min(x, y)).toBeGreaterThanOrEqual(-1e-6);
        expect(x + width).toBeLessThanOrEqual(1000 + 1e-6);
        expect(y + height).toBeLessThanOrEqual(400 + 1e-6);
      }
    }),
  );
});

describe('the trees of the pictures', () => {
  const image = aRichRecord().images[0] ?? anImageRecord();
  test('by layer every byte is somewhere: in paths, hidden, or too small to tell', () => {
    const layers = weighLayers(image, String);
    expect(layers.map(({ bytes }) => bytes)).toEqual([120_000_000, 340_000_000, 2_000_000]);
    for (const { bytes, children } of layers) expect(children.reduce((sum, child) => sum + child.bytes, 0)).toBe(bytes);
    expect(layers[1]?.children.map(({ label }) => label)).toEqual([
      'usr/local/lib/python3.11/site-packages',
      'smaller files',
      'replaced or deleted later',
    ]);
  });
  test('by path the layers of one folder stand together', () => {
    const [usr, app] = weighPaths(image);
    expect(usr).toMatchObject({ label: 'usr', bytes: 440_000_000, layer: 1 });
    expect(usr?.children.map(({ label }) => label)).toEqual(['local/lib/python3.11/site-packages', 'lib', 'share']);
    expect(app).toMatchObject({ label: 'app', bytes: 2_000_000, children: [] });
  });
});
