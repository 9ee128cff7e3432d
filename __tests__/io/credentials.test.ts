import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { makeCredentialLookup } from '../../src/io/credentials.ts';
import { makeFiles } from '../../src/io/files.ts';
import { makeProcesses } from '../../src/io/processes.ts';
import type { ProcessResult } from '../../src/model/effects.ts';

const files = makeFiles({ temporary: tmpdir() });
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-test-'));
});
afterEach(() => rm(folder, { recursive: true }));

const encode = (text: string) => Buffer.from(text).toString('base64');
const asked: { program: string; input: string | undefined }[] = [];

async function lookUp(host: string, config: unknown, helper: Partial<ProcessResult> = {}) {
  if (config !== undefined) {
    await writeFile(join(folder, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config));
  }
  asked.length = 0;
  const run = (program: string, argv: readonly string[], options: { input?: string } = {}) => {
    expect(argv).toEqual(['get']);
    asked.push({ program, input: options.input });
    return Promise.resolve({ exitCode: 0, stdout: '', stderr: '', timedOut: false, ...helper });
  };
  return makeCredentialLookup({ files, processes: { run }, env: { DOCKER_CONFIG: folder } })(host);
}

const robot = { type: 'basic', username: 'robot', password: 'p:w' };

test.each<[string, unknown, unknown]>([
  ['r.example.com', undefined, undefined],
  ['r.example.com', {}, undefined],
  ['r.example.com', { auths: { 'r.example.com': { auth: encode('robot:p:w') } } }, robot],
  ['r.example.com', { auths: { 'https://r.example.com/v1/': { auth: encode('robot:p:w\0') } } }, robot],
  ['r.example.com', { auths: { 'r.example.com': { username: 'robot', password: 'p:w' } } }, robot],
  ['r.example.com', { auths: { 'r.example.com': {} } }, undefined],
  ['us.gcr.io', { auths: { 'gcr.io': { auth: encode('robot:p:w') } } }, undefined],
  ['gcr.io', { auths: { 'gcr.io.evil.example': { auth: encode('robot:p:w') } } }, undefined],
  ['localhost:5001', { auths: { 'localhost:5000': { auth: encode('robot:p:w') } } }, undefined],
  ['localhost:5001', { auths: { 'localhost:5001': { auth: encode('robot:p:w') } } }, robot],
  ['docker.io', { auths: { 'https://index.docker.io/v1/': { auth: encode('robot:p:w') } } }, robot],
  ['r.example.com', { auths: { 'r.example.com': { identitytoken: 'i' } } }, { type: 'identity', token: 'i' }],
  ['r.example.com', { auths: { 'r.example.com': { registrytoken: 'b' } } }, { type: 'bearer', token: 'b' }],
])('%s in %j', async (host, config, expected) => {
  expect(await lookUp(host, config)).toEqual(expected);
});

const answer = { stdout: '{"ServerURL":"x","Username":"robot","Secret":"p:w"}\n' };

test('the helper of the host comes before the store, the store before the file', async () => {
  const config = {
    credHelpers: { 'a.example.com': 'cloud' },
    credsStore: 'desktop',
    auths: { 'b.example.com': { auth: encode('from:file') } },
  };
  expect(await lookUp('a.example.com', config, answer)).toEqual(robot);
  expect(asked).toEqual([{ program: 'docker-credential-cloud', input: 'a.example.com' }]);
  expect(await lookUp('b.example.com', config, answer)).toEqual(robot);
  expect(asked).toEqual([{ program: 'docker-credential-desktop', input: 'b.example.com' }]);
  const missing = { exitCode: 1, stdout: 'credentials not found in native keychain\n' };
  expect(await lookUp('b.example.com', config, missing)).toEqual({ type: 'basic', username: 'from', password: 'file' });
});

test('a helper knows Docker Hub by its old address and may answer a token', async () => {
  const token = { stdout: '{"ServerURL":"x","Username":"<token>","Secret":"refresh"}' };
  expect(await lookUp('docker.io', { credsStore: 's' }, token)).toEqual({ type: 'identity', token: 'refresh' });
  expect(asked[0]?.input).toBe('https://index.docker.io/v1/');
  expect(await lookUp('a', { credsStore: 's' }, { stdout: '{"Username":"","Secret":""}' })).toBeUndefined();
});

test.each([
  [{ exitCode: 3, stdout: 'secret p:w' }, /docker-credential-s ended with 3/],
  [{ timedOut: true }, /did not answer/],
  [{ stdout: 'secret p:w' }, /not a credential/],
])('a helper that answers %j is a Fault without its output', async (result, message) => {
  const failure = await lookUp('a.example.com', { credsStore: 's' }, result).catch((error: unknown) => error);
  expect(failure).toMatchObject({ name: 'Fault', message: expect.stringMatching(message) });
  expect(String(failure)).not.toContain('p:w');
});

test.each(['../../evil', '/bin/sh', 'a b', '-x', ''])('the helper name %p is not run', async (name) => {
  if (name === '') expect(await lookUp('a', { credsStore: name })).toBeUndefined();
  else await expect(lookUp('a', { credsStore: name })).rejects.toThrow(/is not the name of a program/);
  expect(asked).toEqual([]);
});

test.each(['{"auths": "secret p:w"', '{"auths":{"a":{"auth":5}}}', '[]'])(
  'the file %p is a Fault that quotes nothing',
  async (text) => {
    const failure = await lookUp('a', text).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'Fault', where: join(folder, 'config.json') });
    expect(failure).not.toHaveProperty('cause');
    expect(String(failure)).not.toContain('p:w');
  },
);

test('a real helper program is asked on standard input', async () => {
  const helper = join(folder, 'docker-credential-test');
  await writeFile(helper, '#!/bin/sh\nread host\nprintf \'{"Username":"%s","Secret":"s"}\' "$host-$1"\n');
  await chmod(helper, 0o755);
  await writeFile(join(folder, 'config.json'), '{"credsStore":"test"}');
  const processes = makeProcesses();
  const lookup = makeCredentialLookup({
    files,
    env: { DOCKER_CONFIG: folder },
    processes: {
      run: (program, argv, options) =>
        processes.run(program, argv, { ...options, env: { PATH: `${folder}:${process.env['PATH'] ?? ''}` } }),
    },
  });
  expect(await lookup('r.example.com')).toEqual({ type: 'basic', username: 'r.example.com-get', password: 's' });
});
