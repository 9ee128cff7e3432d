import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Fact, AccountFacts, SizeFacts, WasteFacts } from '../../src/model/facts.ts';
import type { ImageDescription } from '../../src/model/image.ts';

const run = promisify(execFile);
const READER = join(import.meta.dirname, '../support/read-engine-image.ts');
const SECOND_ENGINE = join(import.meta.dirname, '../../script/second-engine');
const SOCKET = '/var/run/docker.sock';
const MINUTES = 3 * 60_000;
const unique = randomBytes(4).toString('hex');
const reference = `slipway-test-reader-${unique}:one`;
const root = process.getuid?.() === 0;

/** Whether another user may run this very Node and read this checkout at all: a clone below /root keeps them out. */
function othersMayRead(): boolean {
  try {
    execFileSync(process.execPath, ['--check', READER], { uid: 65_534, gid: 65_534, cwd: '/', stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

interface Read {
  readonly user: number;
  readonly digest: string;
  readonly how: string;
  readonly store: string;
  readonly image: Fact<ImageDescription>;
  readonly sizes: Fact<SizeFacts>;
  readonly waste: Fact<WasteFacts>;
  readonly accounts: Fact<AccountFacts>;
}

let context = '';
beforeAll(async () => {
  context = await mkdtemp(join(tmpdir(), 'slipway-reader-'));
  await writeFile(
    join(context, 'Dockerfile'),
    'FROM scratch\nCOPY passwd /etc/passwd\nCOPY big /big\nCOPY small /big\nUSER app\n',
  );
  await writeFile(join(context, 'passwd'), 'root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/:\n');
  await writeFile(join(context, 'big'), randomBytes(300_000));
  await writeFile(join(context, 'small'), 'small');
  await docker({}, 'buildx', 'build', '--provenance=mode=min', '--load', '-q', '-t', reference, context);
}, MINUTES);
afterAll(async () => {
  await docker({}, 'image', 'rm', reference);
  await rm(context, { recursive: true, force: true });
});

async function docker(env: Readonly<Record<string, string>>, ...argv: string[]): Promise<string> {
  return (await run('docker', argv, { env: { ...process.env, ...env } })).stdout.trim();
}
async function read(way: 'store' | 'loopback', user: { uid?: number; gid?: number } = {}): Promise<Read> {
  const { stdout } = await run(process.execPath, [READER, SOCKET, reference, way], { ...user, cwd: '/' });
  return JSON.parse(stdout) as Read;
}

function expectTheImage(seen: Read): void {
  expect(seen.image).toMatchObject({ state: 'known', value: { config: { user: 'app' }, platform: { os: 'linux' } } });
  expect(seen.waste).toMatchObject({
    value: { wastedBytes: 300_000, paths: [{ path: '/big', layer: 1, hiddenBy: 2, cause: 'overwritten' }] },
  });
  expect(seen.accounts).toMatchObject({ value: { passwd: [{ name: 'root' }, { name: 'app', uid: 1000 }] } });
  const sizes = seen.sizes.state === 'known' ? seen.sizes.value : undefined;
  expect(sizes?.layers.map((layer) => layer.instruction)).toEqual([
    'COPY passwd /etc/passwd # buildkit',
    'COPY big /big # buildkit',
    'COPY small /big # buildkit',
  ]);
  expect(sizes?.unpackedBytes).toBeGreaterThan(300_000);
}

describe('an image of the containerd store', () => {
  test(
    'is the same through the content store and through one push to loopback',
    async () => {
      const pushed = await read('loopback');
      expectTheImage(pushed);
      expect(pushed.how).toMatch(/^pushed once by the engine to a loopback registry/);
      if (!root || pushed.store !== 'containerd') return;
      const stored = await read('store');
      expect(stored.how).toBe('read from the containerd content store');
      expect({ ...stored, how: '' }).toEqual({ ...pushed, how: '' });
      expect(stored.digest).toBe(await docker({}, 'image', 'inspect', '--format', '{{.Id}}', reference));
      expect(stored.image).toMatchObject({ value: { attestations: [{}] } });
    },
    MINUTES,
  );

  test('keeps only the names it had', async () => {
    const tags = await docker({}, 'image', 'inspect', '--format', '{{json .RepoTags}}', reference);
    expect(JSON.parse(tags)).toEqual([reference]);
  });

  (root && othersMayRead() ? test : test.skip)(
    'is read by a user who is only in the docker group',
    async () => {
      const { gid } = await stat(SOCKET);
      const seen = await read('store', { uid: 65_534, gid });
      expect(seen.user).toBe(65_534);
      expect(seen.how).toContain('its content store is not readable here');
      expectTheImage(seen);
      expect(await docker({}, 'image', 'inspect', '--format', '{{.Id}}', reference)).toBe(seen.digest);
    },
    MINUTES,
  );
});

(root ? describe : describe.skip)('an image of a graph driver', () => {
  const engine = `r${unique.slice(0, 6).replace(/\d/g, (digit) => 'abcdefghij'[Number(digit)] ?? 'x')}`;
  let host = '';
  beforeAll(async () => {
    host = (await run(SECOND_ENGINE, ['up', engine])).stdout.trim();
  }, MINUTES);
  afterAll(async () => {
    await run(SECOND_ENGINE, ['down', engine]);
  }, MINUTES);

  test(
    'is read as its engine pushes it, with the image’s id as the config’s digest',
    async () => {
      await docker({ DOCKER_HOST: host }, 'buildx', 'build', '--load', '-q', '-t', reference, context);
      const argv = ['exec', engine, process.execPath, READER, host.replace('unix://', ''), reference, 'store'];
      const seen = JSON.parse((await run(SECOND_ENGINE, argv)).stdout) as Read;
      expect(seen.store).toBe('graph-driver');
      expect(seen.how).toContain('it keeps images in');
      expectTheImage(seen);
      const id = await docker({ DOCKER_HOST: host }, 'image', 'inspect', '--format', '{{.Id}}', reference);
      expect(seen.image).toMatchObject({
        value: {
          digests: { config: id },
          manifest: { mediaType: 'application/vnd.docker.distribution.manifest.v2+json' },
        },
      });
    },
    MINUTES,
  );
});
