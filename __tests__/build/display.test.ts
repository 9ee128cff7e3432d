import { describe, expect, test } from '@jest/globals';
import { makeGroupDisplay } from '../../src/build/display-groups.ts';
import { makeLiveDisplay } from '../../src/build/display-live.ts';
import { makePlainDisplay } from '../../src/build/display-plain.ts';
import type { Step } from '../../src/build/progress.ts';
import { makeMask } from '../../src/build/text.ts';
import { formatOutcome, makeWording, type Wording } from '../../src/build/wording.ts';
import type { Output } from '../../src/model/effects.ts';
import { makeScriptedClock } from '../support/clock.ts';
import { plannedImage } from '../support/planned.ts';

function step(change: Partial<Step> = {}): Step {
  const times = { started: 0, completed: 1500, cached: false, error: undefined };
  return { id: 'a', targets: new Set(['api']), position: '2/5', text: 'RUN make', log: [], ...times, ...change };
}

function open(images = ['api', 'web'], change: Partial<Output> = {}): { wording: Wording; text: () => string } {
  const written: string[] = [];
  const write = (text: string): void => void written.push(text);
  const output: Output = {
    stdout: write,
    stderr: write,
    problem: write,
    interactive: true,
    color: false,
    columns: 60,
    ...change,
  };
  const planned = images.map((name) => plannedImage(name, { args: { TOKEN: 'argument-value' } }));
  return { wording: makeWording(output, planned, makeMask(['hunter22'])), text: () => written.join('') };
}

describe('wording', () => {
  test.each([
    ['one image', step(), 'api 2/5'],
    ['two that share it', step({ targets: new Set(['api', 'web']) }), 'api+web 2/5'],
    ['three that share it', step({ targets: new Set(['api', 'web', 'job']) }), 'api+2 2/5'],
    ['none', step({ targets: new Set(), position: '' }), 'build'],
  ])('%s', (_name, shown, expected) => {
    expect(open(['api', 'web', 'job']).wording.label(shown)).toBe(expected);
  });
  test('a title is one line without values of arguments and secrets', () => {
    const { wording } = open();
    expect(wording.title(step({ text: 'RUN a \\\n   b argument-value hunter22' }))).toBe('RUN a \\ b $TOKEN ***');
  });
  test.each([
    [{}, '1.5 s'],
    [{ cached: true }, 'cached'],
    [{ error: 'exit code: 1' }, 'failed'],
    [{ error: 'rpc: context canceled' }, 'cancelled'],
  ])('%j: %s', (change, expected) => {
    expect(formatOutcome(step(change))).toBe(expected);
  });
});

test('plain: a line for each step and each line it prints, secrets masked, bookkeeping left out', () => {
  const { wording, text } = open();
  const display = makePlainDisplay(wording);
  display.started(step());
  display.logged(step(), 'compiling with hunter22');
  display.finished(step());
  display.finished(step({ position: 'internal', text: 'load .dockerignore' }));
  expect(text()).toBe('api 2/5: RUN make\napi 2/5 | compiling with ***\napi 2/5: 1.5 s RUN make\n');
});

describe('groups', () => {
  const render = async (line: string, change: Partial<Step> = {}): Promise<string> => {
    const { wording, text } = open();
    const display = makeGroupDisplay(wording);
    display.started(step(change));
    display.logged(step(change), line);
    display.finished(step(change));
    await display.end();
    return text();
  };
  test('output of user programs stands between tokens that nobody can guess', async () => {
    const text = await render('::set-output name=x::y');
    const [, token = ''] = /::stop-commands::([0-9a-f]{32})\n/.exec(text) ?? [];
    const inside = text.slice(text.indexOf(`::stop-commands::${token}\n`), text.indexOf(`::${token}::\n`));
    expect(inside).toContain('::set-output name=x::y');
    expect(await render('x')).not.toContain(token);
  });
  test('only images that had something to say have a group', async () => {
    expect(await render('x')).not.toContain('Build of web');
  });
  test('a line outside of a group is no command, whatever the step is called', async () => {
    const text = await render('x', { text: 'RUN ##[error]boo', targets: new Set(), position: '' });
    expect(text).not.toContain('##[');
  });
  test('a log without end is cut at its start', async () => {
    const { wording, text } = open();
    const display = makeGroupDisplay(wording);
    for (let index = 0; index < 6000; index += 1) display.logged(step(), `${String(index)} ${'x'.repeat(1000)}`);
    await display.end();
    expect(text().length).toBeLessThan(4_200_000);
    expect(text()).toMatch(/\(\d+ earlier lines left out\)/);
    expect(text()).toContain('| 5999 x');
  });
});

describe('live', () => {
  const show = async (change: Partial<Output>): Promise<string> => {
    const { wording, text } = open(['api', 'web'], change);
    const display = makeLiveDisplay(wording, makeScriptedClock());
    display.started(step({ text: `RUN ${'long '.repeat(40)}` }));
    display.logged(step(), 'y'.repeat(200));
    display.finished(step({ id: 'b', cached: true }));
    display.finished(step({ id: 'c', text: 'RUN slow one' }));
    display.finished(step({ id: 'd', error: 'exit code: 1', text: 'RUN broken' }));
    await display.end();
    return text();
  };
  test('no row is wider than the terminal', async () => {
    const text = await show({ columns: 50 });
    // eslint-disable-next-line no-control-regex
    const rows = text.replace(/\u001b\[\d*[A-Za-z]/g, '').split('\n');
    expect(Math.max(...rows.map((row) => row.length))).toBeLessThanOrEqual(50);
  });
  test('slow and failed steps leave a line, cached ones are counted', async () => {
    const text = await show({});
    expect(text).toContain('✓ api 2/5  RUN slow one  1.5 s\n');
    expect(text).toContain('✗ api 2/5  RUN broken  failed\n');
    expect(text).toContain('3 steps, 1 cached');
  });
  test('as many rows are taken away as were drawn, and nothing is left at the end', async () => {
    const text = await show({});
    // eslint-disable-next-line no-control-regex
    expect(text).toMatch(/\u001b\[2A\u001b\[J$/);
  });
  test('colours only where they are wanted', async () => {
    expect(await show({ color: true })).toContain('\u001b[31m✗\u001b[0m');
    expect(await show({ color: false })).not.toContain('\u001b[31m');
  });
});
