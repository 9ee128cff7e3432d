import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import { makeClock } from '../../src/io/clock.ts';
import { makeCredentialLookup } from '../../src/io/credentials.ts';
import { makeFiles } from '../../src/io/files.ts';
import { makeProcesses } from '../../src/io/processes.ts';
import { openRegistryImage, openRegistrySink } from '../../src/io/registry.ts';
import type { RegistryContext } from '../../src/io/registry-session.ts';
import type { ImageSource } from '../../src/model/effects.ts';
import type { ImageDigests } from '../../src/model/image.ts';
import { clear } from '../../src/publish/clear.ts';
import { publishImage } from '../../src/publish/publish.ts';
import { findProgram, startDockerRegistry } from '../support/docker-registry.ts';
import type { RealRegistry } from '../support/docker-registry.ts';
import { makeMemoryImage } from '../support/memory-image.ts';

const program = findProgram('docker-registry');
const crane = findProgram('crane');
// robot:pa:ss, bcrypt with the least cost
const HTPASSWD = 'robot:$2b$04$abcdefghijklmnopqrstuu2auYx.qp9Oa3Pif.hfhenSQE6jLNfY6\n';
const run = promisify(execFile);

let registry: RealRegistry | undefined;
afterEach(async () => {
  await registry?.stop();
  registry = undefined;
});

function contextOf(dockerConfig: string): RegistryContext {
  const files = makeFiles({ temporary: tmpdir() });
  const env = { DOCKER_CONFIG: dockerConfig };
  return {
    clock: makeClock(),
    signal: new AbortController().signal,
    credentials: makeCredentialLookup({ files, processes: makeProcesses(), env }),
    env,
    report: () => undefined,
  };
}

function publish(digests: ImageDigests, source: ImageSource, location: string, context: RegistryContext) {
  const passed = { rule: 'platform', status: 'passed', severity: 'error', findings: [] } as const;
  const clearance = clear({ gpu: 'none', built: { name: 'api', digests }, judged: digests, outcomes: [passed] });
  if (!clearance.cleared) throw new Error('not cleared');
  return publishImage(context, clearance.image, source, openRegistrySink(location, context), {
    tags: ['v1', 'latest'],
    moving: [],
  });
}

async function logIn(folder: string, host: string, login: string): Promise<string> {
  const dockerConfig = join(folder, 'docker');
  await mkdir(dockerConfig);
  const auths = { [host]: { auth: Buffer.from(login).toString('base64') } };
  await writeFile(join(dockerConfig, 'config.json'), JSON.stringify({ auths }));
  return dockerConfig;
}

const describeReal = program === undefined ? describe.skip : describe;
describeReal('a real docker-registry', () => {
  test.each([
    ['without a login', undefined],
    ['with basic authentication', HTPASSWD],
  ])('%s: pushed, pushed again, read back by digest', async (_, htpasswd) => {
    registry = await startDockerRegistry(program ?? '', htpasswd);
    const dockerConfig = await logIn(registry.folder, registry.host, 'robot:pa:ss');
    const context = contextOf(dockerConfig);
    const image = makeMemoryImage([randomBytes(3_000_000), 'small']);
    const location = `${registry.host}/team/api`;
    const first = await publish(image.digests, image.source, location, context);
    expect(first).toMatchObject({
      digest: image.digests.index,
      uploadedBlobs: 5,
      retries: [],
      tags: [{ action: 'created' }, { action: 'created' }],
    });
    const again = await publish(image.digests, image.source, location, context);
    expect(again).toMatchObject({ uploadedBlobs: 0, presentBlobs: 5, tags: [{ action: 'same' }, { action: 'same' }] });
    const opened = await openRegistryImage(`${location}:latest`, context);
    expect(opened.digest).toBe(image.digests.index);
    const copy = await publish(image.digests, opened.source, `${registry.host}/team/copy`, context);
    expect(copy).toMatchObject({ digest: image.digests.index, uploadedBlobs: 5 });
  });

  test('a wrong password is refused once, in words without it', async () => {
    registry = await startDockerRegistry(program ?? '', HTPASSWD);
    const context = contextOf(await logIn(registry.folder, registry.host, 'robot:wrong-password'));
    const image = makeMemoryImage();
    const failure = await publish(image.digests, image.source, `${registry.host}/a`, context).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ name: 'Fault', kind: 'user', message: expect.stringContaining('401') });
    expect(String(failure)).not.toContain('wrong-password');
  });

  const testCrane = crane === undefined ? test.skip : test;
  testCrane('a second client pulls the same bytes by digest', async () => {
    registry = await startDockerRegistry(program ?? '', HTPASSWD);
    const dockerConfig = await logIn(registry.folder, registry.host, 'robot:pa:ss');
    const image = makeMemoryImage();
    const published = await publish(image.digests, image.source, `${registry.host}/team/api`, contextOf(dockerConfig));
    const ask = async (...argv: string[]) =>
      (await run(crane ?? '', argv, { encoding: 'buffer', env: { ...process.env, DOCKER_CONFIG: dockerConfig } }))
        .stdout;
    expect((await ask('digest', `${registry.host}/team/api:latest`)).toString().trim()).toBe(image.digests.index);
    expect(await ask('manifest', published.reference)).toEqual(image.manifests.get(image.digests.index)?.bytes);
    for (const layer of image.layers) {
      expect(await ask('blob', `${registry.host}/team/api@${layer}`)).toEqual(image.blobs.get(layer));
    }
    const layout = join(registry.folder, 'layout');
    await ask('pull', '--format', 'oci', published.reference, layout);
    const index = await readFile(join(layout, 'index.json'), 'utf8');
    expect(index).toContain(image.digests.index);
  });
});
