import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveContext } from '../../src/io/docker-context.ts';
import { makeProcesses } from '../../src/io/processes.ts';
import { isAtLeast, makeTools } from '../../src/io/tools.ts';
import { makeMemoryCache } from '../support/memory-cache.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-tools-test-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function writeProgram(path: string, output: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  const log = join(folder, 'asked');
  writeFileSync(join(folder, path), `#!/bin/sh\necho "$0" >> ${log}\necho '${output}'\n`, { mode: 0o755 });
}

const find = (env: Record<string, string>, cache = makeMemoryCache()): ReturnType<typeof makeTools> =>
  makeTools(env, makeProcesses(), cache);

describe('finding programs', () => {
  test('a plugin in the docker configuration comes before the system folders, asked by path', async () => {
    writeProgram('config/cli-plugins/docker-buildx', 'github.com/docker/buildx v0.29.1 a1b2c3');
    const tools = find({ DOCKER_CONFIG: join(folder, 'config') });
    const expected = { path: join(folder, 'config/cli-plugins/docker-buildx'), version: '0.29.1' };
    expect(await Promise.all([tools.find('buildx'), tools.find('buildx')])).toEqual([expected, expected]);
  });
  test('extra plugin folders of config.json are looked at', async () => {
    writeProgram('extra/docker-compose', 'Docker Compose version 2.40.3-3');
    mkdirSync(join(folder, 'extra-config'));
    const config = JSON.stringify({ cliPluginsExtraDirs: [join(folder, 'extra')], auths: {} });
    writeFileSync(join(folder, 'extra-config/config.json'), config);
    const found = await find({ DOCKER_CONFIG: join(folder, 'extra-config') }).find('compose');
    expect(found).toEqual({ path: join(folder, 'extra/docker-compose'), version: '2.40.3-3' });
  });
  test('an old client that stands first on PATH is passed over', async () => {
    writeProgram('old/docker', 'Docker version 24.0.7, build afdd53b');
    writeProgram('new/docker', 'Docker version 28.5.2+dfsg4, build 9cc6dea');
    mkdirSync(join(folder, 'link'));
    symlinkSync(join(folder, 'old/docker'), join(folder, 'link/docker'));
    const PATH = [join(folder, 'old'), 'relative', join(folder, 'link'), join(folder, 'new')].join(':');
    expect(await find({ PATH }).find('docker')).toEqual({ path: join(folder, 'new/docker'), version: '28.5.2+dfsg4' });
  });
  test.each([
    ['too old', 'Docker version 27.5.1, build x', /the Docker client is too old: .*old-only\/docker \(27\.5\.1\)/],
    ['mute', 'nothing', /no version/],
  ])('%s: a Fault that names what was seen', async (_name, output, message) => {
    writeProgram('old-only/docker', output);
    const error = await find({ PATH: join(folder, 'old-only') })
      .find('docker')
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ kind: 'user', remedy: expect.stringContaining('Docker client 28.0 or newer') });
    expect(String(error)).toMatch(message);
  });
  test('the same file is asked once as long as the cache lives, another in its place is asked again', async () => {
    const cache = makeMemoryCache();
    const env = { PATH: join(folder, 'kept') };
    const asked = () =>
      readFileSync(join(folder, 'asked'), 'utf8')
        .split('\n')
        .filter((line) => line.includes('kept/'));
    writeProgram('kept/docker', 'Docker version 28.5.2, build x');
    expect((await find(env, cache).find('docker')).version).toBe('28.5.2');
    expect((await find(env, cache).find('docker')).version).toBe('28.5.2');
    expect(asked()).toHaveLength(1);
    rmSync(join(folder, 'kept/docker'));
    writeProgram('kept/docker', 'Docker version 29.1.0, build y');
    expect((await find(env, cache).find('docker')).version).toBe('29.1.0');
  });
  test('none at all: a Fault that says what to install', async () => {
    await expect(find({ PATH: join(folder, 'empty') }).find('docker')).rejects.toMatchObject({
      message: 'the Docker client is not installed',
      remedy: expect.stringContaining('Install Docker client 28.0'),
    });
  });
  test.each([
    ['0.17.0', [0, 17], true],
    ['0.16.9', [0, 17], false],
    ['1.0.0', [0, 17], true],
    ['28.0.4', [28, 0], true],
    ['27.9.9', [28, 0], false],
    ['29.0.0-rc.1', [28, 0], true],
  ] as const)('%s against %j: %s', (version, minimum, enough) => {
    expect(isAtLeast(version, minimum)).toBe(enough);
  });
});

describe('the docker context', () => {
  beforeAll(() => {
    const id = createHash('sha256').update('desktop').digest('hex');
    const meta = join(folder, 'contexts-config/contexts/meta', id);
    mkdirSync(meta, { recursive: true });
    writeFileSync(join(folder, 'contexts-config/config.json'), '{"currentContext":"desktop"}');
    writeFileSync(join(meta, 'meta.json'), '{"Name":"desktop","Endpoints":{"docker":{"Host":"unix:///run/d.sock"}}}');
  });
  const config = (): { DOCKER_CONFIG: string } => ({ DOCKER_CONFIG: join(folder, 'contexts-config') });
  test('DOCKER_HOST wins over everything', () => {
    const env = { ...config(), DOCKER_HOST: 'unix:///run/other.sock', DOCKER_CONTEXT: 'desktop' };
    expect(resolveContext(env)).toEqual({ name: 'default', endpoint: 'unix:///run/other.sock' });
  });
  test('the current context of config.json', () => {
    expect(resolveContext(config())).toEqual({ name: 'desktop', endpoint: 'unix:///run/d.sock' });
  });
  test('DOCKER_CONTEXT wins over the current context', () => {
    expect(resolveContext({ ...config(), DOCKER_CONTEXT: 'default' }).endpoint).toBe('unix:///var/run/docker.sock');
  });
  test('the default socket without any setting', () => {
    expect(resolveContext({ DOCKER_CONFIG: join(folder, 'no-such') }).endpoint).toBe('unix:///var/run/docker.sock');
  });
  test('a context that does not exist is a Fault that names it', () => {
    expect(() => resolveContext({ ...config(), DOCKER_CONTEXT: 'gone' })).toThrow(
      'docker context "gone" does not exist',
    );
  });
});
