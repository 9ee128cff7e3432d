import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { renderJunit } from '../../src/report/junit.ts';
import { anImageRecord, anOutcome, aRecord } from '../support/records.ts';
import { aHostileRecord, aRichRecord, HOSTILE } from '../support/rich-record.ts';
import { parseXml, type XmlElement } from '../support/xml.ts';

function casesOf(root: XmlElement): string[] {
  return root.children.flatMap((suite) =>
    suite.children.map(({ attributes, children }) =>
      [attributes['classname'], attributes['name'], children[0]?.name ?? 'passed'].join(' '),
    ),
  );
}

describe('renderJunit', () => {
  test('a suite per image, a case per rule; skipped and waived are skipped, warnings pass', () => {
    const root = parseXml(renderJunit(aRichRecord()));
    expect(casesOf(root)).toEqual([
      'api build passed',
      'api size.unpacked system-out',
      'api user.config system-out',
      'api health.defined skipped',
      'api http.probe skipped',
      'inference build passed',
      'inference size.unpacked failure',
      'inference user.setuid system-out',
      'inference job.exit error',
      'web build failure',
      'stack compose.restart system-out',
      'stack compose.secret-literal system-out',
      'run environment error',
    ]);
    expect(root.attributes).toMatchObject({ tests: '13', failures: '2', errors: '2', skipped: '2', time: '60.000' });
  });

  test('a failure holds the place, the message and the remedy', () => {
    const [, inference] = parseXml(renderJunit(aRichRecord())).children;
    const failure = inference?.children[1]?.children[0];
    expect(failure?.attributes['message']).toMatch(/^24\.1 GB unpacked/);
    expect(failure?.text).toMatch(/^slipway\.yml:12:5\n[^]*→ Drop the cudnn wheels\.$/);
  });

  test('a problem of the run is an error of its own', () => {
    const record = aRecord({ problems: [{ kind: 'environment', message: 'no disk' }] });
    expect(casesOf(parseXml(renderJunit(record)))).toContain('run environment error');
  });

  test('hostile text stays text', () => {
    expect(parseXml(renderJunit(aHostileRecord())).attributes['name']).toContain('<img src=x');
    expect(renderJunit(aHostileRecord())).not.toContain('<img');
    expect(HOSTILE).toContain('<img');
  });

  test('whatever a message holds, the document is well-formed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (message) => {
        const findings = [{ message, remedy: message }];
        const image = anImageRecord({ name: message, outcomes: [anOutcome({ status: 'failed', findings })] });
        expect(() => parseXml(renderJunit(aRecord({ images: [image] })))).not.toThrow();
      }),
    );
  });
});
