import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeProcesses } from '../../src/io/processes.ts';
import { openRegistrySink } from '../../src/io/registry.ts';
import { RECORD_ARTIFACT } from '../../src/model/artifact.ts';
import type { ImageSink } from '../../src/model/effects.ts';
import type { PublishedImage } from '../../src/model/published.ts';
import { readHistory } from '../../src/plan/commit-history.ts';
import { clear } from '../../src/publish/clear.ts';
import { publishImage } from '../../src/publish/publish.ts';
import { findProgram, startDockerRegistry } from '../support/docker-registry.ts';
import type { RealRegistry } from '../support/docker-registry.ts';
import { cloneRepository, commitAll, runGit } from '../support/git-clones.ts';
import { makeMemoryImage, type MemoryImage } from '../support/memory-image.ts';
import { makeTestContext } from '../support/registry-context.ts';

const program = findProgram('docker-registry');
const ORDER = ['base', 'older', 'newer'] as const;
type Name = (typeof ORDER)[number];

let folder = '';
let registry: RealRegistry;
const commits = {} as Record<Name, string>;
const clones = {} as Record<Name, string>;
const images = {} as Record<Name, MemoryImage>;
beforeAll(async () => {
  if (program === undefined) return;
  folder = await mkdtemp(join(tmpdir(), 'slipway-test-'));
  const origin = join(folder, 'origin');
  await runGit(folder, 'init', '-q', '-b', 'main', origin);
  for (const name of ORDER) {
    commits[name] = await commitAll(origin, name);
    // As a runner does it: a clone holds what there was when its job began.
    clones[name] = await cloneRepository(origin, join(folder, name));
    images[name] = makeMemoryImage([name]);
  }
  registry = await startDockerRegistry(program);
});
afterAll(async () => {
  await registry.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The publish stage of one run: its own clone, its own connection. */
function run(name: Name, location: string, change: (sink: ImageSink) => ImageSink = (sink) => sink) {
  const { digests, source } = images[name];
  const commit = commits[name];
  const passed = { rule: 'platform', status: 'passed', severity: 'error', findings: [] } as const;
  const clearance = clear({ gpu: 'none', built: { name: 'api', digests }, judged: digests, outcomes: [passed] });
  if (!clearance.cleared) throw new Error('not cleared');
  const context = makeTestContext();
  const sha = `sha-${commit.slice(0, 12)}`;
  return publishImage(context, clearance.image, source, change(openRegistrySink(location, context)), {
    tags: [sha, 'main'],
    moving: [{ tag: 'main', level: 'branch', commit }],
    lasting: [{ tag: sha, names: 'commit' }],
    history: readHistory({ processes: makeProcesses(), signal: context.signal }, clones[name], commit),
    artifacts: [
      {
        artifactType: RECORD_ARTIFACT,
        bytes: Buffer.from(`{"commit":"${commit}"}`),
        annotations: {
          'vnd.slipway.policy': 'p',
          'org.opencontainers.image.revision': commit,
          'org.opencontainers.image.created': `2026-01-0${String(ORDER.indexOf(name) + 1)}T00:00:00Z`,
          'vnd.slipway.followers': 'main',
        },
      },
    ],
  });
}
const mainOf = ({ tags }: PublishedImage) => tags.find(({ tag }) => tag === 'main');
async function pointsTo(location: string): Promise<string | undefined> {
  return (await openRegistrySink(location, makeTestContext()).head('main'))?.digest;
}

(program === undefined ? describe.skip : describe)('two runs race for main in a real docker-registry', () => {
  test.each<[string, Name, Name, RegExp]>([
    ['the older one asks before and moves after the newer one', 'older', 'newer', /kept/],
    ['the newer one asks before and moves after the older one', 'newer', 'older', /moved/],
  ])('%s: the newer commit has it', async (title, slow, fast, action) => {
    const location = `${registry.host}/${title.includes('older one asks') ? 'one' : 'two'}/api`;
    await run('base', location);
    let raced = false;
    const published = await run(slow, location, (sink) => ({
      ...sink,
      putManifest: async (reference, manifest) => {
        if (reference === 'main' && !raced) {
          raced = true;
          await run(fast, location);
        }
        return sink.putManifest(reference, manifest);
      },
    }));
    expect(raced).toBe(true);
    expect(mainOf(published)?.action).toMatch(action);
    expect(await pointsTo(location)).toBe(images.newer.digests.index);
  });

  test.each(Array.from({ length: 8 }, (_, round) => round))('both at once, round %d', async (round) => {
    const location = `${registry.host}/round${String(round)}/api`;
    await run('base', location);
    const order: readonly Name[] = round % 2 === 0 ? ['older', 'newer'] : ['newer', 'older'];
    const published = await Promise.all(order.map((name) => run(name, location)));
    expect(await pointsTo(location)).toBe(images.newer.digests.index);
    for (const image of published) expect(mainOf(image)?.reason).not.toBe('');
  });
});
