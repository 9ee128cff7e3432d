import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning, makeProgress, type Progress, type ProgressEvents } from '../../src/build/progress.ts';

function follow(text: string | Uint8Array, targets: readonly string[], events?: ProgressEvents): Progress {
  const progress = makeProgress(targets, events);
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += 65_536) progress.push(bytes.subarray(from, from + 65_536));
  progress.end();
  return progress;
}

function record(name: string): Buffer {
  return readFileSync(join(import.meta.dirname, `../fixtures/rawjson/${name}.rawjson`));
}

const line = (update: unknown): string => `${JSON.stringify(update)}\n`;
const begun = { digest: 'sha256:a', name: '[1/1] RUN x', started: '2030-01-01T00:00:00.5Z' };
const log = (data: string | Buffer): string =>
  line({ logs: [{ vertex: 'sha256:a', stream: 1, data: Buffer.from(data).toString('base64') }] });

describe('a recorded build', () => {
  test('a step that two images share belongs to both, with its own output', () => {
    const { steps } = follow(record('failing-run'), ['one', 'two']);
    const shared = [...steps.values()].find(({ text }) => text.includes('type=secret'));
    expect([...(shared?.targets ?? [])].sort()).toEqual(['one', 'two']);
    expect(shared?.log).toEqual(['8', 'building for argvalue']);
    expect(shared).toMatchObject({ position: 'base 2/2', cached: false, error: undefined });
  });
  test('the broken step holds its error and its last lines', () => {
    const { steps } = follow(record('failing-run'), ['one', 'two']);
    const broken = [...steps.values()].filter(({ error }) => error !== undefined);
    expect(broken).toHaveLength(1);
    expect(broken[0]).toMatchObject({ position: 'one 1/1', log: ['start', 'a\tb', 'oops'] });
  });
  test('what buildx prints beside it is kept as it stands', () => {
    const { messages } = follow(record('failing-run'), ['one', 'two']);
    expect(messages[0]).toBe('Dockerfile:8');
    expect(messages.at(-1)).toContain('ERROR: target one: failed to solve');
  });
  test('without prefixes every step belongs to the only image', () => {
    const { steps } = follow(record('missing-secret'), ['api']);
    const found = [...steps.values()];
    expect(found.length).toBeGreaterThan(0);
    expect(found.every(({ targets }) => targets.has('api'))).toBe(true);
  });
});

describe('events', () => {
  test('start, lines and end come once each and in order', () => {
    const seen: string[] = [];
    const text = [
      line({ vertexes: [{ digest: 'sha256:a', name: '[1/1] RUN x' }] }),
      line({ vertexes: [begun] }),
      line({ vertexes: [begun] }),
      log('one\ntw'),
      log('o\nlast without end'),
      line({ vertexes: [{ ...begun, completed: '2030-01-01T00:00:02Z' }] }),
      line({ vertexes: [{ ...begun, completed: '2030-01-01T00:00:03Z' }] }),
    ].join('');
    const { steps } = follow(text, ['api'], {
      started: ({ text: name }) => seen.push(`start ${name}`),
      logged: (_step, shown) => seen.push(shown),
      finished: ({ text: name }) => seen.push(`end ${name}`),
    });
    expect(seen).toEqual(['start RUN x', 'one', 'two', 'last without end', 'end RUN x']);
    const [step] = [...steps.values()];
    expect((step?.completed ?? 0) - (step?.started ?? 0)).toBe(2500);
  });
  test('a step that never ended is running', () => {
    const { steps } = follow(line({ vertexes: [begun] }), ['api']);
    expect([...steps.values()].map(isRunning)).toEqual([true]);
  });
  test('only the last fifty lines of a step are kept', () => {
    const lines = Array.from({ length: 120 }, (_, index) => `line ${String(index)}`).join('\n');
    const { steps } = follow(line({ vertexes: [begun] }) + log(lines), ['api']);
    const kept = [...steps.values()][0]?.log;
    expect(kept).toHaveLength(50);
    expect(kept?.at(-1)).toBe('line 119');
  });
});

describe('what it costs', () => {
  /** Milliseconds of this thread's own work: what else the machine does takes nothing from it. */
  const timed = (text: string): number => {
    const started = process.threadCpuUsage();
    follow(text, ['api']);
    return process.threadCpuUsage(started).user / 1000;
  };
  test('one log line of 10 MB in one update: less than a second', () => {
    expect(timed(line({ vertexes: [begun] }) + log(Buffer.alloc(10_000_000, 'x')))).toBeLessThan(1000);
  });
  test('one log line of 10 MB in many updates: less than a second', () => {
    const piece = log(Buffer.alloc(1000, 'x'));
    expect(timed(line({ vertexes: [begun] }) + piece.repeat(10_000))).toBeLessThan(1000);
  });
  test('10 MB that are no JSON, in one line: less than a second', () => {
    expect(timed(`{${'['.repeat(10_000_000)}\n`)).toBeLessThan(1000);
  });
});

test('no input makes it throw', () => {
  const anything = fc.oneof(
    fc.string(),
    fc.json(),
    fc.record({ vertexes: fc.anything(), logs: fc.anything() }).map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(fc.array(anything), (lines) => {
      expect(() => follow(lines.join('\n'), ['api', 'web'])).not.toThrow();
    }),
  );
});
