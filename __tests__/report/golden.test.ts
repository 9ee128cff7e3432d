import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseRecord } from '../../src/model/record-parse.ts';
import { exitCodeFor, verdictOf } from '../../src/model/record-verdict.ts';
import { FORMATS, render } from '../../src/report/formats.ts';
import { GOLDEN, renderGolden } from '../support/golden.ts';
import { readHtml } from '../support/html.ts';
import { aRichRecord } from '../support/rich-record.ts';
import { validateSarif } from '../support/sarif-schema.ts';
import { parseXml } from '../support/xml.ts';

const faces = renderGolden();
const read = (name: string): string => readFileSync(`${GOLDEN}/${name}`, 'utf8');

describe('the golden record (anew: node script/golden.ts)', () => {
  test.each([...faces.keys()])('%s', (name) => {
    expect(faces.get(name)).toBe(read(name));
  });

  test('nothing else lies there', () => {
    expect(readdirSync(GOLDEN).toSorted()).toEqual([...faces.keys()].toSorted());
  });

  test('what was written can be read again and says the same', () => {
    const record = parseRecord(read('record.json'), 'record.json');
    expect(record).toEqual(JSON.parse(JSON.stringify(aRichRecord())));
    expect([verdictOf(record), exitCodeFor(record)]).toEqual(['blocked', 1]);
  });

  test('each is what its readers take', () => {
    expect(validateSarif(JSON.parse(read('slipway.sarif')))).toEqual([]);
    expect(() => parseXml(read('junit.xml'))).not.toThrow();
    expect(() => readHtml(read('report.html'))).not.toThrow();
  });

  test('verdict and exit are a matter of the record, whatever was rendered before', () => {
    const record = aRichRecord();
    const before = structuredClone(record);
    for (const format of FORMATS) render(record, format, { color: true, quiet: false, verbose: true });
    expect(record).toEqual(before);
  });
});
