import { renderAnnotations } from '../../src/report/annotations.ts';
import { FORMATS, render } from '../../src/report/formats.ts';
import { aRichRecord } from './rich-record.ts';

/** Where the golden record and all its faces lie. */
export const GOLDEN = '__tests__/fixtures/golden';

const NAMES = {
  terminal: 'report.txt',
  json: 'record.json',
  markdown: 'report.md',
  sarif: 'slipway.sarif',
  junit: 'junit.xml',
  html: 'report.html',
} as const;

/** Every face of one record with something of everything, by file name. */
export function renderGolden(): ReadonlyMap<string, string> {
  const record = aRichRecord();
  const options = { color: false, quiet: false, verbose: true };
  return new Map([
    ...FORMATS.map((format) => [NAMES[format], render(record, format, options)] as const),
    [
      'annotations.txt',
      renderAnnotations(record)
        .map((line) => `${line}\n`)
        .join(''),
    ],
  ]);
}
