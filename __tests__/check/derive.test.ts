import { describe, expect, test } from '@jest/globals';
import { deriveFacts, type DeriveRequest } from '../../src/check/derive.ts';
import { RULES } from '../../src/check/rules/index.ts';
import type { FactName, FactTable } from '../../src/model/facts.ts';
import { known, skipped, undecided } from '../../src/model/facts.ts';
import { blankConfig, blankDescription, blankImage, blankRuntime } from '../support/blank.ts';
import { RUNTIME_LIBRARY } from '../support/cuda-image.ts';
import { filesOf } from '../support/file-facts.ts';
import { distribution, PYTHON } from '../support/python-image.ts';
import { makeSingleFake, type SingleScript } from '../support/single-container.ts';

const SAID = [
  { tool: 'pip check', exit: 1, output: 'asker 1.0 requires other, which is not installed.' },
  { begin: 'api' },
  { end: 'api' },
];
const GOOD: SingleScript = { exitCode: 0, stdout: SAID.map((event) => JSON.stringify(event)).join('\n') };

function read(files = [...PYTHON, ...distribution('asker', '1.0', ['other']), RUNTIME_LIBRARY]): FactTable {
  const config = blankRuntime({ entrypoint: ['job'], command: [] });
  return { files: known(filesOf([files])), image: known(blankDescription({ config })), accounts: known({}) };
}

async function derive(
  names: readonly FactName[],
  {
    table = read(),
    script = GOOD,
    change = {},
  }: {
    readonly table?: FactTable;
    readonly script?: SingleScript;
    readonly change?: Partial<DeriveRequest>;
  } = {},
) {
  const fake = makeSingleFake(script);
  const request = {
    image: blankImage(),
    config: blankConfig(),
    built: { runnable: 'it' },
    containers: true,
    surroundings: { directory: '/project' },
    slots: (_: unknown, work: () => unknown) => work(),
    rules: RULES,
    ...change,
  } as unknown as DeriveRequest;
  return { facts: await deriveFacts(fake.effects, request, table, new Set(names)), specs: fake.specs };
}

test('nothing is started for what the files tell', async () => {
  const { facts, specs } = await derive(['python', 'cuda']);
  expect([facts.python?.state, facts.cuda?.state]).toEqual(['known', 'known']);
  expect(specs).toEqual([]);
});

test('packages and imports come from one start', async () => {
  const { facts, specs } = await derive(['dependencies', 'imports']);
  expect(facts.dependencies).toMatchObject({ value: { source: 'pip check', problems: [{ distribution: 'asker' }] } });
  expect(facts.imports).toMatchObject({ value: { imports: [{ module: 'api' }] } });
  expect(specs).toHaveLength(1);
});

describe('where no container may be started', () => {
  test('packages are judged from metadata, imports are skipped and say so', async () => {
    const { facts, specs } = await derive(['dependencies', 'imports', 'no-gpu-run'], { change: { containers: false } });
    expect(facts.dependencies).toMatchObject({ value: { source: 'metadata', problems: [{ distribution: 'asker' }] } });
    expect(facts.imports).toEqual(skipped('containers were not started (--no-containers)'));
    expect(facts['no-gpu-run']).toEqual(skipped('containers were not started (--no-containers)'));
    expect(specs).toEqual([]);
  });
  test('a reason of the engine is passed on', async () => {
    const notStarted = undecided('no engine answers');
    const { facts } = await derive(['imports', 'arguments-run'], { change: { notStarted } });
    expect(facts).toMatchObject({ imports: notStarted, 'arguments-run': notStarted });
  });
});

test.each<[string, readonly FactName[], FactTable, unknown]>([
  ['files that could not be read', ['dependencies', 'cuda'], { ...read(), files: undecided('damaged') }, 'damaged'],
  ['an image without Python', ['dependencies', 'imports'], read([{ name: 'app' }]), 'there is no Python in the image'],
  [
    'Python that is not on the PATH',
    ['dependencies', 'imports'],
    read(distribution('asker', '1.0')),
    'no Python is on the PATH of the image',
  ],
  ['an image without CUDA', ['cuda', 'no-gpu-run'], read(PYTHON.slice()), 'there is no CUDA in the image'],
])('%s: all facts say why', async (_, names, table, reason) => {
  const { facts, specs } = await derive(names, { table });
  expect(names.map((name) => facts[name])).toEqual(names.map(() => expect.objectContaining({ reason })));
  expect(specs).toEqual([]);
});

test('arguments need an entrypoint; without a GPU the image starts with the command of its configuration', async () => {
  const table = { ...read(), image: known(blankDescription({ config: blankRuntime({ command: ['sh'] }) })) };
  expect((await derive(['arguments-run'], { table })).facts).toEqual({
    'arguments-run': skipped('the image has no ENTRYPOINT to give arguments to'),
  });
  const asked = await derive(['arguments-run']);
  expect(asked.specs).toMatchObject([{ command: ['--help'] }]);
  expect(asked.facts).toMatchObject({ 'arguments-run': { value: { exitCode: 0 } } });
  const train = await derive(['no-gpu-run'], { change: { image: blankImage({ command: ['train'] }) } });
  expect(train.specs).toMatchObject([{ command: ['train'] }]);
});
