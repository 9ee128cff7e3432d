import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { explainEnvironment, explainFailure, explainTimeout, readSolveError } from '../../src/build/failure.ts';
import { makeProgress, type Progress } from '../../src/build/progress.ts';
import { makeMask } from '../../src/build/text.ts';
import type { BuildFailure } from '../../src/model/image.ts';
import { plannedImage } from '../support/planned.ts';

const same = (text: string): string => text;

function follow(name: string, targets: readonly string[]): Progress {
  const progress = makeProgress(targets);
  progress.push(readFileSync(join(import.meta.dirname, `../fixtures/rawjson/${name}.rawjson`)));
  progress.end();
  return progress;
}

function explain(name: string, images: readonly string[], mask = same): Record<string, BuildFailure> {
  const progress = follow(name, images);
  const error = readSolveError(progress.messages);
  if (error === undefined) throw new Error(`${name} holds no error`);
  const config = { dockerfile: 'docker/Dockerfile', args: { WHO: 'argvalue' } };
  const planned = images.map((image) => plannedImage(image, config));
  return Object.fromEntries(explainFailure(progress, error, planned, mask));
}

describe('recorded failures of real builds', () => {
  test('a command that fails: file, line, the command as written, its output and exit code', () => {
    expect(explain('failing-run', ['one', 'two'])).toEqual({
      one: {
        message: 'the command exited with 42',
        command: "RUN echo start; echo oops >&2; \\\n    printf 'a\\tb\\n' && \\\n    exit 42",
        exitCode: 42,
        file: 'docker/Dockerfile',
        line: 8,
        log: ['start', 'a\tb', 'oops'],
      },
    });
  });
  test('a shared step that fails breaks every image that needs it, and says what 127 means', () => {
    const failures = explain('shared-step', ['one', 'two']);
    expect(Object.keys(failures)).toEqual(['one', 'two']);
    expect(failures['two']).toMatchObject({
      message: 'the command exited with 127: the program is not in the image',
      command: 'RUN echo "for $WHO"; nonesuch --token',
      line: 3,
    });
  });
  test.each([
    [
      'parse-error',
      { line: 2, message: 'dockerfile parse error on line 2: unknown instruction: FOO (did you mean FROM?)' },
    ],
    ['missing-base', { line: 2, command: 'FROM nosuchimage:9', message: expect.stringContaining('not found') }],
    ['missing-secret', { line: 2, message: 'secret tok: not found' }],
    ['missing-dockerfile', { message: 'failed to read dockerfile: open Nope: no such file or directory' }],
    ['missing-target', { message: 'target stage "nope" could not be found' }],
  ])('%s', (name, expected) => {
    const failures = explain(name, ['api']);
    expect(failures['api']).toMatchObject({ file: 'docker/Dockerfile', ...expected });
    expect(failures['api']).not.toHaveProperty('exitCode');
  });
  test('secrets are taken out of the command and its output', () => {
    const failures = explain('failing-run', ['one', 'two'], makeMask(['oops', 'exit 42']));
    expect(JSON.stringify(failures)).not.toContain('oops');
    expect(failures['one']?.command).toContain('***');
  });
  test('an error that names no image of several explains none', () => {
    expect(explain('missing-target', ['one', 'two'])).toEqual({});
  });
});

describe('whose fault it is', () => {
  const classify = (message: string): string | undefined => explainEnvironment({ message, source: [] }, same)?.message;
  const resolve = 'x: failed to resolve source metadata for docker.io/library/x: ';
  test.each([
    ['no-daemon', 'the Docker engine was lost while building'],
    ['registry-down', 'a registry did not answer while building'],
  ])('%s: the environment', (name, expected) => {
    const error = readSolveError(follow(name, ['api']).messages);
    expect(error === undefined ? undefined : classify(error.message)).toBe(expected);
  });
  test.each(['missing-base', 'missing-secret', 'parse-error', 'failing-run', 'missing-target'])(
    '%s: the image',
    (name) => {
      const error = readSolveError(follow(name, ['one', 'two']).messages);
      expect(error === undefined ? 'none' : classify(error.message)).toBeUndefined();
    },
  );
  test.each([
    ['failed to copy files: write /x: no space left on device', 'the disk of the Docker engine is full'],
    [
      `${resolve}unexpected status from HEAD request to https://r/v2/x: 503 Service Unavailable`,
      'a registry did not answer while building',
    ],
    [
      `${resolve}failed to do request: Head "https://r/v2/x": net/http: TLS handshake timeout`,
      'a registry did not answer while building',
    ],
    [`${resolve}unexpected status: 429 Too Many Requests`, 'a registry did not answer while building'],
    ['error reading from server: EOF', 'the Docker engine was lost while building'],
    [`${resolve}pull access denied, repository does not exist`, undefined],
    [
      'process "/bin/sh -c echo no space left on device; exit 1" did not complete successfully: exit code: 1',
      undefined,
    ],
    ['source "docker-image://x" not allowed by policy: action DENY', undefined],
  ])('%s', (message, expected) => {
    expect(classify(message)).toBe(expected);
  });
});

test('time that is up names the step that ran longest', () => {
  const progress = makeProgress(['api']);
  const vertex = (digest: string, name: string, started: string): string =>
    JSON.stringify({ vertexes: [{ digest, name, started }] });
  const late = vertex('sha256:b', '[2/2] RUN late', '2030-01-01T00:00:09Z');
  const log = JSON.stringify({
    logs: [{ vertex: 'sha256:a', stream: 1, data: Buffer.from('still here\n').toString('base64') }],
  });
  progress.push(
    Buffer.from(`${late}\n${vertex('sha256:a', '[1/2] RUN sleep forever', '2030-01-01T00:00:00Z')}\n${log}\n`),
  );
  expect(explainTimeout(progress, plannedImage('api'), 90_000, same)).toEqual({
    message: 'not built within 1 m 30 s',
    command: 'RUN sleep forever',
    file: 'Dockerfile',
    log: ['still here'],
  });
});

test('no error line: nothing to read', () => {
  expect(readSolveError(['WARNING: something', 'Dockerfile:3'])).toBeUndefined();
});
