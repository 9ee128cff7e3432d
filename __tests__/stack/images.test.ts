import { expect, test } from '@jest/globals';
import type { ComposeService } from '../../src/model/compose-facts.ts';
import type { Effects } from '../../src/model/effects.ts';
import { chooseImages } from '../../src/stack/images.ts';

const place = { file: 'docker-compose.yml', line: 3 };
const SERVICE = {
  ...{ name: 'api', place, images: [], dependencies: [], ports: [], volumes: [], variables: [], commands: [] },
  ...{ hostNamespaces: [], capabilities: [], securityOptions: [] },
} satisfies ComposeService;
const image = { value: 'registry.example/x:1', place };
const build = { context: '/r', dockerfile: '/r/Dockerfile' };

/** An engine that holds `held`, and a registry that says `said` to whoever pulls. */
async function choose(change: Partial<ComposeService>, held: readonly string[] = [], said = '') {
  const effects = {
    signal: new AbortController().signal,
    engine: {
      inspectImage: (name: string) => Promise.resolve(held.includes(name) ? { id: `id of ${name}` } : undefined),
    },
  } as unknown as Effects;
  const refuse = () => Promise.resolve({ exitCode: 1, stdout: '', stderr: said, timedOut: false });
  const calls = { up: refuse, stop: refuse, pull: refuse };
  const compose = { files: [], services: [{ ...SERVICE, ...change }], versions: [] };
  const candidates = ['a', 'b'].map((name) => ({ name, runnable: `sha256:${name}` }));
  const { ids, names, problems } = await chooseImages(effects, calls, compose, candidates);
  return problems[0]?.message ?? `${ids.get('api') ?? ''} ${names.get('api') ?? '-'}`;
}

test.each<readonly [string, Partial<ComposeService>, readonly string[], string, string]>([
  ['the candidate it builds', { build, images: ['a'] }, [], '', 'sha256:a a'],
  ['what the engine holds', { image }, [image.value], '', `id of ${image.value} -`],
  [
    'one of two',
    { build, images: ['a', 'b'] },
    [],
    '',
    'api can be any of the images a, b: they have its Dockerfile, context and target',
  ],
  ['one that was not built', { build, images: ['c'] }, [], '', 'api runs the image c, which was not built in this run'],
  [
    'what no image is built from',
    { build },
    [],
    '',
    'api is built from source, and no image of slipway.yml is built from the same Dockerfile, context and target',
  ],
  [
    'what nobody has',
    { image },
    [],
    'warning\nmanifest unknown\n',
    'api runs registry.example/x:1, which cannot be pulled: manifest unknown',
  ],
])('a service runs %s', async (_, service, held, said, expected) => {
  expect(await choose(service, held, said)).toBe(expected);
});

test('a registry that does not answer is nobody’s mistake', async () => {
  await expect(choose({ image }, [], 'dial tcp: i/o timeout')).rejects.toMatchObject({
    kind: 'environment',
    where: 'docker-compose.yml:3',
  });
});
