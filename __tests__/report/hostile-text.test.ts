import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RunRecord } from '../../src/model/record.ts';
import { renderAnnotations } from '../../src/report/annotations.ts';
import { renderCheck } from '../../src/report/check-run.ts';
import { renderComment } from '../../src/report/comment.ts';
import { render } from '../../src/report/formats.ts';
import { decodeEntities, GITHUB_REFERENCE } from '../support/github-references.ts';
import { readHtml } from '../support/html.ts';
import { textPlaces, withText } from '../support/record-texts.ts';
import { aRichRecord, HOSTILE } from '../support/rich-record.ts';
import { validateSarif } from '../support/sarif-schema.ts';
import { parseXml } from '../support/xml.ts';

const PLAIN = { color: false, quiet: false, verbose: true };
const record = aRichRecord();
const places = textPlaces(record);
const ordinary = readHtml(render(record, 'html', PLAIN));

// eslint-disable-next-line no-control-regex -- what must be gone
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

/** One check for each face: what it may never hold, whatever a text says. */
const FACES: Readonly<Record<string, (changed: RunRecord) => void>> = {
  html: (changed) => {
    const page = render(changed, 'html', PLAIN);
    const { elements, attributes, links } = readHtml(page);
    expect(page).not.toMatch(OBEYED);
    expect(elements.filter(isSingle)).toEqual(ordinary.elements.filter(isSingle));
    expect([...new Set(elements)].filter((name) => !KNOWN_ELEMENTS.has(name))).toEqual([]);
    expect([...attributes].filter((name) => !KNOWN_ATTRIBUTES.has(name))).toEqual([]);
    expect(links.filter((link) => !/^(#|https:\/\/github\.com\/)/.test(link))).toEqual([]);
  },
  junit: (changed) => {
    const text = render(changed, 'junit', PLAIN);
    expect(parseXml(text).children).toHaveLength(5);
    expect(text).not.toMatch(/NaN|undefined/);
  },
  sarif: (changed) => {
    expect(validateSarif(JSON.parse(render(changed, 'sarif', PLAIN)))).toEqual([]);
  },
  json: (changed) => {
    expect(JSON.parse(render(changed, 'json', PLAIN))).toEqual(JSON.parse(JSON.stringify(changed)));
  },
  markdown: (changed) => {
    requirePlainMarkdown(render(changed, 'markdown', PLAIN));
  },
  comment: (changed) => {
    const text = renderComment(changed, 'a footer');
    const [mark = ''] = text.split('\n');
    expect(mark).toMatch(/^<!-- slipway [0-9a-f]{12} -->$/);
    expect(text.length).toBeLessThanOrEqual(65_536);
    requirePlainMarkdown(text.slice(mark.length));
  },
  check: (changed) => {
    const { name, title, summary, annotations, conclusion } = renderCheck(changed, 'a'.repeat(40));
    expect(conclusion).toBe('failure');
    expect(`${name}${title}`).not.toMatch(/[\n\r]/);
    expect(`${name}${title}`).not.toMatch(OBEYED);
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(65_535);
    requirePlainMarkdown(summary);
    for (const { path, line, message, title: head } of annotations) {
      expect(path).not.toMatch(/^\/|(?:^|\/)\.\.(?:\/|$)|[\n\r]/);
      expect(`${path}${head}${message}`).not.toMatch(OBEYED);
      expect(line).toBeGreaterThan(0);
      expect(head.length).toBeLessThanOrEqual(255);
    }
  },
  terminal: (changed) => {
    expect(render(changed, 'terminal', PLAIN)).not.toMatch(OBEYED);
  },
  annotations: (changed) => {
    for (const line of renderAnnotations(changed)) expect(line).toMatch(/^::(error|warning) [^\r\n]*$/);
  },
};

function requirePlainMarkdown(text: string): void {
  expect(text).not.toMatch(OBEYED);
  const outside = text.replace(/^(`{3,})text\n[^]*?\n\1$/gm, '');
  expect(outside).not.toMatch(/[@`\\]|!\[|\]\(|<(?!br>|details open>|\/?(?:sub|code|details|summary)>)/);
  expect(outside.match(/^#/gm)).toHaveLength(3);
  expect(decodeEntities(outside.replace(/<code>.*?<\/code>/g, ''))).not.toMatch(GITHUB_REFERENCE);
}

const isSingle = (name: string): boolean => ['script', 'style', 'meta', 'body', 'html', 'h1', 'form'].includes(name);

// Whatever a small record does not show is told from one that shows everything.
const KNOWN_ELEMENTS = new Set([...ordinary.elements, 'details', 'summary', 'pre', 'nav', 'output', 'br']);
const KNOWN_ATTRIBUTES = new Set([...ordinary.attributes, 'open', 'tabindex']);

describe.each(Object.entries(FACES))('%s', (_face, check) => {
  test('shows the hostile text at every place of a record that takes text, and obeys it nowhere', () => {
    expect(places.length).toBeGreaterThan(100);
    for (const place of places) check(withText(record, place, HOSTILE));
  });

  test('stands any text at any place', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(
          fc.constantFrom(
            '<',
            '>',
            '"',
            "'",
            '&',
            '`',
            '|',
            '\n',
            '::',
            '%',
            ']]>',
            '-->',
            '</script>',
            '\u2028',
            '@',
            '#',
            '\ud800',
          ),
          { maxLength: 12 },
        )
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(fc.constantFrom(...places), texts, (place, text) => {
        check(withText(record, place, text));
      }),
      { numRuns: 150 },
    );
  });
});
