import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { INPUTS, readInputs } from '../src/inputs.ts';
import { Fault } from '../src/model/fault.ts';
import { parseRegistryLogins, parseSecrets } from '../src/secrets-input.ts';

const RUNNER = {
  GITHUB_ACTIONS: 'true',
  RUNNER_TEMP: '/tmp/runner',
  INPUT_COMMAND: 'ship',
  INPUT_CONFIG: 'slipway.yml',
  INPUT_REPORTS: 'summary, annotations',
  INPUT_VERBOSE: 'false',
};

function complaintOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return [error.message, ...error.complaints.map(({ message }) => message), error.remedy].join('\n');
  }
  throw new Error('nothing was refused');
}

describe('readInputs', () => {
  test('the defaults of action.yml are the whole story with both reports', () => {
    const inputs = readInputs(RUNNER, '/w');
    expect(inputs.request).toMatchObject({
      command: 'ship',
      directory: '/w',
      output: '/tmp/runner/slipway',
      only: [],
      containers: true,
    });
    expect(inputs.request?.config).toBeUndefined();
    expect(inputs).toMatchObject({ reports: ['summary', 'annotations'], verbose: false, secrets: {} });
  });

  test('names and lists are read line by line', () => {
    expect(readInputs({ ...RUNNER, INPUT_ONLY: 'api\n worker \n' }, '/w').request?.only).toEqual(['api', 'worker']);
  });

  test('images to judge are read line by line', () => {
    const env = { ...RUNNER, INPUT_COMMAND: 'check', INPUT_REFERENCE: 'oci:out\nregistry.example.com/api:1' };
    expect(readInputs(env, '/w').request?.given).toEqual(['oci:out', 'registry.example.com/api:1']);
  });

  test('publishing hears from GitHub how the stack job ended, where it was told', () => {
    const env = { ...RUNNER, INPUT_COMMAND: 'publish' };
    expect(readInputs(env, '/w').request?.stackJob).toBeUndefined();
    const told = (result: string) => ({ ...env, INPUT_NEEDS: JSON.stringify({ stack: { result, outputs: {} } }) });
    expect(readInputs(told('success'), '/w').request?.stackJob).toMatchObject({ succeeded: true });
    expect(readInputs(told('cancelled'), '/w').request?.stackJob).toEqual({
      succeeded: false,
      words: 'the stack job was cancelled',
    });
    expect(readInputs({ ...env, INPUT_NEEDS: '{}' }, '/w').request?.stackJob).toBeUndefined();
    expect(() => readInputs({ ...env, INPUT_NEEDS: 'no' }, '/w')).toThrow('does not say how the jobs before');
  });

  test('a promotion has what and tags, or those of the event', () => {
    const env = { ...RUNNER, INPUT_COMMAND: 'promote' };
    expect(readInputs(env, '/w').request).toMatchObject({ command: 'promote', promotion: { tags: [], back: false } });
    const named = { ...env, INPUT_REFERENCE: 'sha256:ab', INPUT_TAG: 'v1.2.3\nstable' };
    const { request } = readInputs(named, '/w');
    expect(request?.promotion).toEqual({ what: 'sha256:ab', tags: ['v1.2.3', 'stable'], back: false });
    expect(request?.given).toBeUndefined();
  });

  test.each([
    ['a target folder', { INPUT_TO: 'oci:out/oci' }, { type: 'oci', directory: '/w/out/oci' }],
    ['a registry', { INPUT_REGISTRY: 'localhost:5001/team/' }, { type: 'registry', location: 'localhost:5001/team' }],
  ])('%s', (_name, change, target) => {
    expect(readInputs({ ...RUNNER, ...change }, '/w').request?.target).toEqual(target);
  });

  test.each([
    ['an unknown input', { INPUT_REGISTY: 'x' }, /unknown input registy; did you mean registry\?/],
    ['an unknown command', { INPUT_COMMAND: 'shipp' }, /Did you mean ship\?/],
    ['a boolean that is none', { INPUT_INFORMATIONAL: 'yes' }, /informational is "yes"/],
    ['two targets', { INPUT_TO: 'oci:x', INPUT_REGISTRY: 'y' }, /exclude each other/],
    ['a target that is no layout', { INPUT_TO: 'docker:x' }, /oci:DIR/],
    ['a reference beside a command that builds', { INPUT_REFERENCE: 'x' }, /does not go with command: ship/],
    ['two things to promote', { INPUT_COMMAND: 'promote', INPUT_REFERENCE: 'a\nb' }, /one thing is promoted at a time/],
    ['an unknown report', { INPUT_REPORTS: 'comments' }, /reports is "comments"[^]*Did you mean comment/],
  ])('refuses %s', (_name, change, message) => {
    expect(complaintOf(() => readInputs({ ...RUNNER, ...change }, '/w'))).toMatch(message);
  });
});

test.each([
  ['slipway.yml', ''],
  ['./slipway.yml', ''],
  ['ml/slipway.yml', 'ml/slipway.yml'],
  ['./ml/slipway.yml', 'ml/slipway.yml'],
])('the config %s has the scope %j', (config, scope) => {
  expect(readInputs({ ...RUNNER, INPUT_CONFIG: config }, '/w').scope).toBe(scope);
});

describe('parseSecrets', () => {
  test('reads a map', () => {
    expect(parseSecrets('NPM_TOKEN: abc\nPIN: 1234')).toEqual({ NPM_TOKEN: 'abc', PIN: '1234' });
  });
  test.each([
    ['not YAML', 'a: [hunter2'],
    ['a list', '- hunter2'],
    ['text', 'hunter2'],
    ['a nested value', 'A: { b: hunter2 }'],
    ['a name that is none', '"x hunter2": a'],
    ['an empty secret', 'A: ""'],
  ])('refuses %s without showing it', (_name, text) => {
    expect(complaintOf(() => parseSecrets(text))).not.toContain('hunter2');
  });
});

describe('parseRegistryLogins', () => {
  const login = '{ username: robot, password: hunter2 }';
  test.each([
    ['ghcr.io', 'ghcr.io'],
    ['localhost:5001', 'localhost:5001'],
    ['https://index.docker.io/v1/', 'docker.io'],
    ['registry-1.docker.io', 'docker.io'],
    ['ghcr.io/team', 'ghcr.io'],
  ])('%s is the host %s', (key, host) => {
    const logins = parseRegistryLogins(`"${key}": ${login}`);
    expect(logins).toEqual({ [host]: { username: 'robot', password: 'hunter2' } });
  });
  test.each([
    ['not YAML', 'a: [hunter2'],
    ['a list', '- hunter2'],
    ['a password alone', 'ghcr.io: hunter2'],
    ['a name that is no host', `"hunter2 x": ${login}`],
    ['no user name', 'ghcr.io: { password: hunter2 }'],
    ['an empty password', 'ghcr.io: { username: hunter2, password: "" }'],
    ['a number', 'ghcr.io: { username: hunter2, password: 12 }'],
    ['more than a login', 'ghcr.io: { username: a, password: b, token: hunter2 }'],
  ])('refuses %s without showing it', (_name, text) => {
    const said = complaintOf(() => parseRegistryLogins(text));
    expect(said).toContain('HOST: { username: NAME');
    expect(said).not.toContain('hunter2');
  });
});

const actionFile = z.object({
  inputs: z.record(z.string(), z.object({ description: z.string() })),
  runs: z.object({ using: z.literal('node24'), main: z.string(), post: z.string() }),
});

test('action.yml, the input table and the README say the same', () => {
  const action = actionFile.parse(parse(readFileSync('action.yml', 'utf8')));
  expect(
    Object.fromEntries(Object.entries(action.inputs).map(([name, { description }]) => [name, description])),
  ).toEqual(INPUTS);
  const readme = readFileSync('README.md', 'utf8');
  for (const [name, description] of Object.entries(INPUTS))
    expect(readme).toContain(`| \`${name}\` | ${description.replaceAll('|', '\\|')}`);
});
