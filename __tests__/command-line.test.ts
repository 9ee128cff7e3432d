import { describe, expect, test } from '@jest/globals';
import { parseCommandLine } from '../src/command-line.ts';
import { Fault } from '../src/model/fault.ts';

const HERE = { env: { HOME: '/home/u' }, directory: '/repo', interactive: false };
const parse = (...words: string[]): ReturnType<typeof parseCommandLine> => parseCommandLine(words, HERE);

describe('parseCommandLine', () => {
  test('a bare command has defaults that lie outside the repository', () => {
    const invocation = parse('ship');
    expect(invocation).toMatchObject({
      action: 'run',
      request: { command: 'ship', directory: '/repo', only: [], containers: true },
    });
    expect(invocation).toMatchObject({
      display: { formats: [{ format: 'terminal' }], quiet: false, verbose: false, color: false },
    });
    expect(invocation.action === 'run' && invocation.request.output).toMatch(
      /^\/home\/u\/\.local\/state\/slipway\/repo-[0-9a-f]{12}$/,
    );
  });

  test.each([
    ['--only twice', ['check', '--only', 'api', '--only', 'worker'], { request: { only: ['api', 'worker'] } }],
    ['an OCI layout', ['ship', '--to', 'oci:out'], { request: { target: { type: 'oci', directory: '/repo/out' } } }],
    [
      'a registry',
      ['ship', '--registry', 'r.example/x/'],
      { request: { target: { type: 'registry', location: 'r.example/x' } } },
    ],
    [
      'an identity',
      ['ship', '--workload-identity-provider', 'projects/1', '--service-account', 'a@b'],
      { request: { workloadIdentityProvider: 'projects/1', serviceAccount: 'a@b' } },
    ],
    ['no containers', ['check', '--no-containers'], { request: { containers: false } }],
    [
      'formats and files',
      ['check', '--format', 'json=a=b.json', '--format', 'terminal'],
      { display: { formats: [{ format: 'json', file: '/repo/a=b.json' }, { format: 'terminal' }] } },
    ],
    ['an output folder', ['plan', '--output', '../o'], { request: { output: '/o' } }],
    [
      'a promotion',
      ['promote', 'sha256:ab', '--tag', 'v1.2.3', '--tag', 'stable', '--from', 'r.example/staging'],
      {
        request: {
          command: 'promote',
          promotion: { what: 'sha256:ab', tags: ['v1.2.3', 'stable'], from: 'r.example/staging', back: false },
        },
      },
    ],
    ['a rollback', ['promote', 'x', '--tag', 'latest', '--back'], { request: { promotion: { back: true } } }],
    ['records to report', ['report', 'a.json', '/b.json'], { records: ['/repo/a.json', '/b.json'] }],
    [
      'a setup at Google',
      ['init', 'google', '--registry', 'r/p/x', '--workflow-commit', 'a', '--workflow-commit', 'b', '--update'],
      {
        action: 'init-google',
        asked: {
          output: '/repo/slipway-google',
          update: true,
          given: { registry: 'r/p/x', 'workflow-commit': ['a', 'b'] },
        },
      },
    ],
    ['explain', ['explain', 'user.config'], { action: 'explain', rule: 'user.config' }],
  ])('%s', (_name, words, expected) => {
    expect(parse(...words)).toMatchObject(expected);
  });

  test.each([
    ['an unknown command', ['shipp'], /unknown command 'shipp'/],
    ['an unknown option', ['ship', '--regisry', 'x'], /unknown option '--regisry'/],
    ['an unknown format', ['ship', '--format', 'xml'], /terminal, json, markdown, .*not "xml"/],
    ['a target that is no layout', ['ship', '--to', 'x'], /oci:DIR/],
    ['two targets', ['ship', '--to', 'oci:x', '--registry', 'y'], /cannot be used with/],
    ['a cache nobody has', ['ship', '--cache', 'disk'], /disk/],
    ['a promotion of nothing', ['promote', '--tag', 'v1.2.3'], /missing required argument 'what'/],
    ['an argument too many', ['ship', 'api'], /too many arguments/],
  ])('refuses %s', (_name, words, message) => {
    expect(() => parse(...words)).toThrow(Fault);
    expect(() => parse(...words)).toThrow(message);
  });

  test('a word that is nearly a command is told which one was meant', () => {
    expect(() => parse('shp')).toThrow("unknown command 'shp' (Did you mean ship?)");
  });

  test('an option before the command is told where options stand', () => {
    const refuse = (): string | undefined => {
      try {
        parse('--quiet', 'ship');
      } catch (error) {
        return error instanceof Fault ? error.remedy : undefined;
      }
      return undefined;
    };
    expect(refuse()).toBe('Options follow the command: slipway check --quiet.');
  });

  test('help and version are text', () => {
    expect(parse('--version')).toMatchObject({ action: 'text', exitCode: 0, text: '0.1.0\n' });
    expect(parse('ship', '--help')).toMatchObject({ action: 'text', exitCode: 0 });
    expect(parse()).toMatchObject({ action: 'text', exitCode: 2 });
  });
});
