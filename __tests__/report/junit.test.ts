import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { renderJunit } from '../../src/report/junit.ts';
import { anImageRecord, anOutcome, aRecord } from '../support/records.ts';
import { aHostileRecord, aRichRecord, HOSTILE } from '../support/rich-record.ts';
import { aHugeRecord } from '../support/huge-record.ts';
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
      'stack stack.ready failure',
      'run environment error',
    ]);
    expect(root.attributes).toMatchObject({ tests: '14', failures: '3', errors: '2', skipped: '2', time: '60.000' });
  });

  test.each([
    ['everything', aRichRecord()],
    ['hostile text', aHostileRecord()],
    ['a large run', aHugeRecord(3)],
    ['no image', aRecord({ images: [] })],
  ])('has the elements and attributes that CI servers know, and counts that are true: %s', (_name, record) => {
    const root = parseXml(renderJunit(record));
    const suites = root.children;
    expect([root.name, ...new Set(suites.map(({ name }) => name))].slice(0, 2)).toEqual(
      suites.length === 0 ? ['testsuites'] : ['testsuites', 'testsuite'],
    );
    for (const counted of [root, ...suites]) {
      const cases = counted === root ? suites.flatMap(({ children }) => children) : counted.children;
      const count = (state: string): string =>
        String(cases.filter(({ children }) => children.some(({ name }) => name === state)).length);
      expect(counted.attributes).toMatchObject({
        tests: String(cases.length),
        failures: count('failure'),
        errors: count('error'),
        skipped: count('skipped'),
        time: expect.stringMatching(/^\d+\.\d{3}$/),
      });
    }
    for (const { name, attributes, children } of suites.flatMap((suite) => suite.children)) {
      expect([name, Object.keys(attributes)]).toEqual(['testcase', ['classname', 'name']]);
      expect(children.length).toBeLessThanOrEqual(1);
      for (const child of children) expect(['failure', 'error', 'skipped', 'system-out']).toContain(child.name);
    }
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
