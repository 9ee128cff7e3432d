import { expect, test } from '@jest/globals';
import { makeOutput } from '../../src/io/output.ts';
import { disarmJson } from '../../src/model/runner-commands.ts';

function collect(terminal: boolean): {
  stream: { write(text: string): void; isTTY: boolean; columns: number };
  written: string[];
} {
  const written: string[] = [];
  return { written, stream: { write: (text) => void written.push(text), isTTY: terminal, columns: 80 } };
}

test('results and progress go to their own streams', () => {
  const [out, err] = [collect(false), collect(false)];
  const output = makeOutput({ stdout: out.stream, stderr: err.stream, env: {} });
  output.stdout('result');
  output.stderr('progress');
  output.problem('problem');
  expect([out.written, err.written]).toEqual([['result'], ['progress', 'problem']]);
});

test('what is quoted in a message is no command to the runner', () => {
  const HOSTILE = 'key "a\n::add-mask::x\n  ::error::y\n##[set-output]z ##[error]';
  const [out, err] = [collect(false), collect(false)];
  const output = makeOutput({ stdout: out.stream, stderr: err.stream, env: { GITHUB_ACTIONS: 'true' } });
  output.problem(HOSTILE);
  output.stderr('##[add-mask]x\n::group::ours\n');
  expect(err.written).toEqual([
    'key "a\n: :add-mask::x\n  : :error::y\n## [set-output]z ## [error]',
    '## [add-mask]x\n::group::ours\n',
  ]);
});

test('what a run step shows is no command to the runner; the action tells it some itself', () => {
  const report = '! api base.pinned\n    ::add-mask::x/Dockerfile:1\n  said "##[error]"\n';
  const show = (options: { readonly commands?: boolean; readonly env: Readonly<Record<string, string>> }): string[] => {
    const out = collect(false);
    makeOutput({ stdout: out.stream, stderr: collect(false).stream, ...options }).stdout(report);
    return out.written;
  };
  const env = { GITHUB_ACTIONS: 'true' };
  expect(show({ env })).toEqual(['! api base.pinned\n    : :add-mask::x/Dockerfile:1\n  said "## [error]"\n']);
  expect(show({ env, commands: true })).toEqual([report]);
  expect(show({ env: {} })).toEqual([report]);
});

test('JSON means the same without the old commands in it', () => {
  const record = { log: ['##[error]x', '#\\##[', '::error::'] };
  const json = disarmJson(JSON.stringify(record));
  expect(json).not.toContain('##[');
  expect(JSON.parse(json)).toEqual(record);
});

test('a quiet run says why it has no result', () => {
  const [out, err] = [collect(false), collect(false)];
  const output = makeOutput({ stdout: out.stream, stderr: err.stream, env: {}, quiet: true });
  output.stderr('progress');
  output.problem('problem');
  expect([out.written, err.written]).toEqual([[], ['problem']]);
});

test.each([
  ['a terminal', true, {}, undefined, { interactive: true, color: true, columns: 80 }],
  ['a pipe', false, {}, undefined, { interactive: false, color: false }],
  ['CI with a terminal', true, { CI: 'true' }, undefined, { interactive: false, color: true }],
  ['a dumb terminal', true, { TERM: 'dumb' }, undefined, { interactive: false, color: false }],
  ['NO_COLOR', true, { NO_COLOR: '1' }, undefined, { color: false }],
  ['empty NO_COLOR', true, { NO_COLOR: '' }, undefined, { color: true }],
  ['FORCE_COLOR in a pipe', false, { FORCE_COLOR: '1' }, undefined, { color: true }],
  ['--no-color', true, { FORCE_COLOR: '1' }, false, { color: false }],
] as const)('%s', (_name, terminal, env, color, expected) => {
  const options = color === undefined ? {} : { color };
  const output = makeOutput({ stdout: collect(terminal).stream, stderr: collect(terminal).stream, env, ...options });
  expect(output).toMatchObject(expected);
});
