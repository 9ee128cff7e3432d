import { describe, expect, test } from '@jest/globals';
import type { GpuPhaseResult } from '../../src/model/gpu-verdict.ts';
import type { RunRecord } from '../../src/model/record.ts';
import { renderCheck } from '../../src/report/check-run.ts';
import { commentMark, hasNews, renderComment } from '../../src/report/comment.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { blankNeed, blankVerdict } from '../support/gpu-verdict.ts';
import { anImageRecord, anOutcome, aRecord } from '../support/records.ts';
import { aPassingRecord, aRichRecord } from '../support/rich-record.ts';

const COMMIT = 'a'.repeat(40);

describe('the check run', () => {
  test('holds the verdict, the number that failed and the fix', () => {
    const check = renderCheck(aRichRecord(), COMMIT);
    expect(check).toMatchObject({ name: 'slipway', commit: COMMIT, conclusion: 'failure' });
    expect(check.title).toBe('2 of 3 images blocked');
    expect(check.summary).toBe(renderMarkdown(aRichRecord()));
  });

  test('stands on the lines of the repository, with what the container said', () => {
    const { annotations } = renderCheck(aRichRecord(), COMMIT);
    const lines = annotations.map(({ path, line, level, title }) => `${level} ${path}:${String(line)} ${title}`);
    expect(lines).toEqual([
      'failure web/Dockerfile:3 web: build failed',
      'failure slipway.yml:12 inference: size.unpacked',
      'failure docker/Dockerfile.inference:1 inference: job.exit',
      'failure docker-compose.yml:14 stack: stack.ready',
      'warning docker-compose.yml:9 stack: compose.restart',
    ]);
    const messages = annotations.map(({ message }) => message);
    expect(messages[0]).toMatch(/^exit code: 2\nRUN make\n[^]*No rule to make target/);
    expect(messages[1]).not.toContain('exit code 3');
    expect(messages[2]).toMatch(
      /exit code 3\nhealth log:\n {2}exit 7: connection refused\n[^]*no space left on device$/,
    );
  });

  test('shows what the phase on the GPU and the services of the stack said', () => {
    const failed = (message: string) => ({ findings: [{ message, remedy: 'r' }], status: 'failed' as const });
    const phase: GpuPhaseResult = {
      ...{ name: 'smoke', status: 'failed', argv: ['python', 'smoke.py'], elapsed: 1, runs: [1], exitCode: 4 },
      ...{ timedOut: true, outOfMemory: true, expectations: [], log: ['no kernel image'] },
    };
    const gpu = blankNeed([blankVerdict({ verdict: 'failed', phases: [phase] })]);
    const service = {
      name: 'db',
      state: 'restarting' as const,
      restarts: 3,
      limits: {},
      memory: {},
      published: [],
      log: ['no space'],
    };
    const record = aRecord({
      images: [
        anImageRecord({
          dockerfile: 'Dockerfile',
          gpu,
          outcomes: [anOutcome({ rule: 'cuda.smoke', ...failed('gpu') })],
        }),
      ],
      stack: {
        ...{ name: 'stack', files: ['c.yml'], services: ['db'], images: [], blocked: ['stack.ready failed'] },
        outcomes: [
          anOutcome({ rule: 'stack.ready', ...failed('one') }),
          anOutcome({ rule: 'stack.restart', ...failed('two') }),
        ],
        run: { services: [service, { ...service, name: 'web', state: 'healthy' }], probes: [], notes: [] },
      },
    });
    const messages = renderCheck(record, COMMIT).annotations.map(({ message }) => message);
    expect(messages).toEqual([
      'gpu\n→ r\nexit code 4\nit took too long\nit ran out of memory\nlast lines of smoke:\n  no kernel image',
      'one\n→ r\nlast lines of db, restarting:\n  no space',
      'two\n→ r',
    ]);
  });

  test.each([
    ['passes', aPassingRecord(), 'success'],
    ['blocks', aRichRecord(), 'failure'],
    ['only informs', aRichRecord({ config: { file: 'slipway.yml', informational: true }, problems: [] }), 'neutral'],
  ] as const)('of a run that %s', (_name, record, conclusion) => {
    expect(renderCheck(record, COMMIT).conclusion).toBe(conclusion);
  });

  test('leaves out places that are none of the repository, whatever they say', () => {
    const files = ['/etc/passwd', '../secret', 'a/../../b', 'x\ny', '', 'p'.repeat(1001)];
    const findings = files.map((file) => ({ message: 'm', remedy: 'r', place: { file, line: 2 } }));
    const image = (severity: 'error' | 'warning') =>
      anImageRecord({ outcomes: [anOutcome({ status: 'failed', severity, findings })], dockerfile: 'Dockerfile' });
    const blocking = renderCheck(aRecord({ images: [image('error')] }), COMMIT).annotations;
    expect(new Set(blocking.map(({ path, line }) => `${path}:${String(line)}`))).toEqual(new Set(['Dockerfile:1']));
    expect(renderCheck(aRecord({ images: [image('warning')] }), COMMIT).annotations).toEqual([]);
  });

  test('has a name of its own for each config of a repository', () => {
    expect(renderCheck(aRecord({ config: { file: 'ml/slipway.yml', informational: false } }), COMMIT).name).toBe(
      'slipway (ml/slipway.yml)',
    );
  });

  test('stays within what GitHub takes', () => {
    const check = renderCheck(huge(), COMMIT);
    expect(Buffer.byteLength(check.summary)).toBeLessThanOrEqual(65_535);
    expect(check.annotations.length).toBeLessThanOrEqual(500);
    for (const { message, title } of check.annotations) {
      expect(Buffer.byteLength(message)).toBeLessThan(65_536);
      expect(title.length).toBeLessThanOrEqual(255);
    }
  });
});

function huge(): RunRecord {
  const long = 'ü'.repeat(50_000);
  const findings = Array.from({ length: 700 }, (_, index) => ({
    message: `${String(index)} ${long}`,
    remedy: long,
    place: { file: 'Dockerfile', line: index + 1 },
  }));
  return aRecord({
    images: [
      anImageRecord({ name: 'n'.repeat(300), outcomes: [anOutcome({ status: 'failed', findings })], blocked: ['x'] }),
    ],
  });
}

describe('the comment', () => {
  test('is the job summary under a mark that GitHub does not show', () => {
    const [mark, ...rest] = renderComment(aRichRecord()).split('\n');
    expect(mark).toMatch(/^<!-- slipway [0-9a-f]{12} -->$/);
    expect(rest.join('\n')).toBe(renderMarkdown(aRichRecord()));
  });

  test('is one for each config', () => {
    const other = aRecord({ config: { file: 'ml/slipway.yml', informational: false } });
    expect(commentMark(other)).not.toBe(commentMark(aRecord()));
    expect(commentMark(aRichRecord())).toBe(commentMark(aRecord()));
  });

  test('stays within what GitHub takes, and says what is missing', () => {
    const text = renderComment(huge(), 'as somebody tells it');
    expect(text.length).toBeLessThanOrEqual(65_536);
    expect(text).toMatch(/… and \d+ more, left out here/);
  });

  const passing = aRecord({ images: [anImageRecord({ sizes: sizes(1e8) })] });
  function sizes(unpacked: number) {
    return { download: 1, unpacked, layers: [] };
  }
  const against = (unpacked: number): RunRecord =>
    aRecord({ images: [anImageRecord({ sizes: sizes(1e8), baseline: { unpacked, layers: [] } })] });
  test.each([
    ['nothing to say', passing, false],
    ['the size it had', against(1e8), false],
    ['nearly the size it had', against(1e8 - 999_999), false],
    ['another size', against(1e8 + 1_000_000), true],
    [
      'a warning',
      aRecord({ images: [anImageRecord({ outcomes: [anOutcome({ status: 'failed', severity: 'warning' })] })] }),
      false,
    ],
    ['something blocked', aRichRecord(), true],
  ])('is written for a run with %s: %#', (_name, record, news) => {
    expect(hasNews(record)).toBe(news);
  });
});
