import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type DistResult, makeRepository, type Repository, runCli } from '../support/dist.ts';
import { holdsSecret, searchFiles, watchArguments } from '../support/rig/leaks.ts';
import { registryProgram, type Rig, startRig } from '../support/rig/rig.ts';
import { ACCOUNT, type Binding, makeSettings, PROVIDER, RESOURCE } from '../support/rig/settings.ts';
import { removeImageNames } from '../support/running.ts';
import { SERVICE } from '../support/small-service.ts';

const CONFIG = SERVICE['slipway.yml'].replace('    port: 8080\n', '    port: 8080\n    sbom: api.spdx.json\n');
const FILES = { ...SERVICE, 'slipway.yml': CONFIG, 'api.spdx.json': '{"spdxVersion":"SPDX-2.3","packages":[]}' };

const MINUTES = 4 * 60_000;
const CONDITION = "assertion.repository_id == '456789' && assertion.environment == 'release'";

let project: Repository;
let rig: Rig;
beforeAll(async () => {
  if (registryProgram === undefined) return;
  rig = await startRig();
  project = await makeRepository(FILES);
  expect(await runCli(project, ['check', '--no-containers'])).toMatchObject({ exitCode: 0 });
}, MINUTES);
afterAll(async () => {
  await rig.stop();
  await removeImageNames(project);
  await project.remove();
});
const log: string[] = [];
beforeEach(() => {
  Object.assign(rig.settings, makeSettings(), { log: (line: string) => log.push(line) });
});

/** The config of the checked project with an identity; the rules stay those it was checked with. */
async function configure(google: string, registry = `${rig.registry}/my-project/haystack`): Promise<void> {
  await project.write({ 'slipway.yml': `${CONFIG}\nregistry: ${registry}\ngoogle:\n${google}` });
}
const DIRECT = `  workload-identity-provider: ${PROVIDER}\n`;

/** What a hosted runner gives a job with id-token: write. */
function jobEnv(change: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { ...rig.env, HOME: dirname(project.output), ...change };
}

/** Looks for every token there ever was in everything that was printed or written. */
async function expectNoSecret({ stdout, stderr }: DistResult): Promise<void> {
  expect(rig.secrets.size).toBeGreaterThan(1);
  expect([stdout, stderr].filter((text) => holdsSecret(text, rig.secrets))).toEqual([]);
  const { files, leaks } = await searchFiles(dirname(project.output), rig.secrets);
  expect(files).toBeGreaterThan(1);
  expect(leaks).toEqual([]);
}

(registryProgram === undefined ? describe.skip : describe)('publishing without a stored key', () => {
  test.each([
    ['direct federation', DIRECT],
    ['via a service account', `${DIRECT}  service-account: ${ACCOUNT}\n`],
  ])(
    '%s: the checked digest stands in a real registry with token authentication',
    async (_name, google) => {
      const seen = rig.requests.length;
      await configure(google);
      const watch = watchArguments(rig.secrets);
      // Nothing more may be said where a person asks for every detail.
      const published = await runCli(project, ['publish', '--verbose'], jobEnv({ RUNNER_DEBUG: '1' }));
      watch.end();
      expect(published).toMatchObject({ exitCode: 0 });
      expect([watch.leaks(), watch.seen() > 3]).toEqual([[], true]);
      expect(published.stderr).toMatch(
        /identity: token [0-9a-f]{8} minted in \d+ ms, .*it may write projects\/my-project/,
      );
      const [image] = (await project.record()).images;
      expect(image?.published?.digest).toBe(image?.digests?.index);
      const lines = rig.requests.slice(seen).map(({ line }) => line);
      expect(lines.filter((line) => line.includes('generateAccessToken'))).toHaveLength(google === DIRECT ? 0 : 2);
      expect(rig.requests.slice(seen).flatMap(({ query }) => query.getAll('scope'))).toEqual(
        expect.arrayContaining(['repository:my-project/haystack/api:pull,push']),
      );
      await expectNoSecret(published);
      expect(log.filter((line) => holdsSecret(line, rig.secrets))).toEqual([]);

      const command =
        /attached: record, verdict, provenance, bill of materials \(signed: verdict, provenance\); slipway (.*)/;
      const [, printed = ''] = command.exec(published.stdout) ?? [];
      const verified = await runCli(project, printed.split(' '), jobEnv());
      expect(verified).toMatchObject({ exitCode: 0 });
      for (const part of ['image', 'record', 'verdict', 'provenance']) expect(verified.stdout).toContain(`✓ ${part}: `);
      expect(verified.stdout).toContain('built by https://github.com/octo-org/slipway/.github/workflows/images.yml');
      expect(verified.stdout).toContain('· signature: 2 signed, not checked here');
      await expectNoSecret(verified);

      await writeFile(join(dirname(project.output), 'root.json'), rig.trustedRoot);
      const trust = ['--trusted-root', '../root.json', '--issuer', rig.env['SLIPWAY_SIGSTORE_URL'] ?? ''];
      const verifyAs = (...words: string[]) => runCli(project, [...printed.split(' '), ...trust, ...words], jobEnv());
      const signer = 'octo-org/slipway/.github/workflows/images.yml';
      const trusted = await verifyAs('--repo', 'octo-org/octo-repo', '--signer', signer);
      expect(trusted).toMatchObject({ exitCode: 0 });
      expect(trusted.stdout.match(new RegExp(`signed by ${signer}@refs/tags/v1`, 'g'))).toHaveLength(2);
      const other = await verifyAs('--repo', 'octo-org/other', '--signer', signer);
      expect(other).toMatchObject({ exitCode: 1 });
      expect(other.stdout).toContain('it was signed for the repository octo-org/octo-repo, not for octo-org/other');
    },
    MINUTES,
  );

  test.each<[string, () => unknown, string, RegExp[]]>([
    [
      'condition',
      () => (rig.settings.condition = CONDITION),
      `${DIRECT}  provider-file: provider.json\n`,
      [
        /attribute condition of the provider does not hold/,
        /ok {3}assertion\.repository_id == '456789'/,
        /FAIL assertion\.environment == 'release': assertion\.environment is "images"/,
      ],
    ],
    [
      'condition without a description',
      () => (rig.settings.condition = CONDITION),
      DIRECT,
      [/repository: octo-org\/octo-repo/, /slipway doctor --provider provider\.json/],
    ],
    [
      'no-provider',
      () => (rig.settings.provider = PROVIDER.replace('github', 'other')),
      DIRECT,
      [/Google knows no provider/, /30 days/],
    ],
    [
      'audience-value',
      () => (rig.settings.audiences = ['mine']),
      DIRECT,
      [/accepts other audiences/, /--allowed-audiences=/],
    ],
    [
      'issuer',
      () => (rig.settings.trusted = 'https://github.example'),
      DIRECT,
      [/trusts another issuer/, /--issuer-uri=http:\/\/127/],
    ],
    [
      'subject-length',
      () => (rig.settings.mapping = { 'google.subject': 'assertion.sub + assertion.sub + assertion.sub' }),
      DIRECT,
      [/may have 127 bytes/, /google\.subject=assertion\.repository_id/],
    ],
    [
      'service-account',
      () => (rig.settings.accounts = {}),
      `${DIRECT}  service-account: ${ACCOUNT}\n`,
      [
        /may not act as images@/,
        /add-iam-policy-binding .*workloadIdentityUser/,
        /principalSet:.*repository_id\/456789/,
      ],
    ],
    [
      'registry-permission',
      () => (rig.settings.bindings = []),
      DIRECT,
      [/has no permission artifactregistry\.repositories\.uploadArtifacts/, /the role is missing/],
    ],
    ['no-id-token', () => undefined, DIRECT, [/GitHub gives this job no identity token/, /id-token: write/]],
  ])(
    'refused (%s): what, why and the line to type, before a byte travels',
    async (name, arrange, google, texts) => {
      arrange();
      await configure(google);
      const description = { attributeCondition: rig.settings.condition, attributeMapping: rig.settings.mapping };
      await writeFile(join(project.directory, 'provider.json'), JSON.stringify(description));
      const change = name === 'no-id-token' ? { GITHUB_ACTIONS: 'true', ACTIONS_ID_TOKEN_REQUEST_URL: '' } : {};
      const seen = rig.requests.length;
      const refused = await runCli(project, ['publish'], jobEnv(change));
      expect(refused.exitCode).toBe(2);
      for (const text of texts) expect(refused.stderr).toMatch(text);
      expect(rig.requests.slice(seen).filter(({ line }) => line.includes('/v2/token'))).toEqual([]);
      await expectNoSecret(refused);
    },
    MINUTES,
  );

  test(
    'a refusal of the registry itself is explained too',
    async () => {
      await configure(DIRECT);
      const errors = [
        {
          code: 'DENIED',
          message:
            'Permission "artifactregistry.repositories.uploadArtifacts" denied on resource "projects/my-project/locations/local/repositories/haystack" (or it may not exist)',
        },
      ];
      rig.settings.faults.push({ on: /\/v2\/token/, status: 403, times: 9, body: JSON.stringify({ errors }) });
      const refused = await runCli(project, ['publish'], jobEnv());
      expect(refused.exitCode).toBe(2);
      expect(refused.stdout).toMatch(
        /api was not published: principalSet:.* has no permission artifactregistry\.repositories\.uploadArtifacts/,
      );
      expect(refused.stdout).toMatch(/the role is missing/);
      await expectNoSecret(refused);
    },
    MINUTES,
  );

  test(
    'what passes by itself is asked again at every step, and the push goes through',
    async () => {
      await configure(`${DIRECT}  service-account: ${ACCOUNT}\n`);
      const steps = [/\/idtoken/, /POST \/v1\/token/, /generateAccessToken/, /\/v2\/token/, /testIamPermissions/];
      rig.settings.faults.push(
        ...steps.flatMap((on) => [
          { on, status: 502, body: '<html>502</html>' },
          { on, reset: true },
        ]),
      );
      const published = await runCli(project, ['publish'], jobEnv());
      expect(published).toMatchObject({ exitCode: 0 });
      const told = published.stderr.split('\n').filter((line) => line.startsWith('retry: '));
      for (const step of ['/idtoken', '/v1/token', 'generateAccessToken', '/v2/token', 'testIamPermissions'])
        expect(told.filter((line) => line.includes(step)).length).toBeGreaterThanOrEqual(2);
      await expectNoSecret(published);
    },
    MINUTES,
  );

  test(
    'an outage is the environment’s fault',
    async () => {
      await configure(DIRECT);
      rig.settings.faults.push({ on: /POST \/v1\/token/, status: 503, times: 99 });
      expect(await runCli(project, ['publish'], jobEnv())).toMatchObject({ exitCode: 75 });
    },
    MINUTES,
  );

  test(
    'what is attached survives promotion to another repository, without a build',
    async () => {
      const elsewhere = { ...rig.settings.bindings[0], resource: `${RESOURCE}-release` } as Binding;
      rig.settings.bindings = [...rig.settings.bindings, elsewhere];
      await configure(DIRECT);
      expect(await runCli(project, ['publish'], jobEnv())).toMatchObject({ exitCode: 0 });
      const digest = (await project.record()).images[0]?.published?.digest ?? '';
      const [from, to] = ['haystack', 'haystack-release'].map((name) => `${rig.registry}/my-project/${name}`);
      const words = ['promote', digest, '--tag', 'v1.2.3', '--from', from ?? '', '--registry', to ?? ''];
      const promoted = await runCli(project, words, jobEnv());
      expect(promoted).toMatchObject({ exitCode: 0 });
      const verified = await runCli(project, ['verify', `${to ?? ''}/api:1.2.3`], jobEnv());
      expect(verified).toMatchObject({ exitCode: 0 });
      for (const part of [`image: ${digest}`, 'record: ', 'verdict: ', 'provenance: '])
        expect(verified.stdout).toContain(`✓ ${part}`);
      await expectNoSecret(promoted);
    },
    MINUTES,
  );

  // These write a record of their own: they come after everything that publishes the checked one.
  test.each([
    [
      'a fork',
      {
        pull_request: { head: { ref: 'topic', repo: { full_name: 'someone/fork' } } },
        repository: { full_name: 'o/r' },
      },
      {},
    ],
    [
      'Dependabot',
      { pull_request: { head: { ref: 'topic', repo: { full_name: 'o/r' } } }, repository: { full_name: 'o/r' } },
      { GITHUB_ACTOR: 'dependabot[bot]' },
    ],
  ])(
    '%s: the same verdict, publish skipped, nobody asked for a token and no error',
    async (_name, payload, change) => {
      await configure(DIRECT);
      const seen = rig.requests.length;
      const event = join(dirname(project.output), 'event.json');
      await writeFile(event, JSON.stringify({ action: 'opened', number: 7, ...payload }));
      const skipped = await runCli(project, ['ship', '--no-containers'], {
        ...jobEnv({ ACTIONS_ID_TOKEN_REQUEST_URL: '', ACTIONS_ID_TOKEN_REQUEST_TOKEN: '' }),
        GITHUB_ACTIONS: 'true',
        GITHUB_EVENT_NAME: 'pull_request',
        GITHUB_EVENT_PATH: event,
        GITHUB_REF: 'refs/pull/7/merge',
        GITHUB_SHA: project.commit,
        ...change,
      });
      expect(skipped).toMatchObject({ exitCode: 0 });
      expect(skipped.stdout).toMatch(/publish: skipped \(fork/);
      const asked = rig.requests.slice(seen).map(({ line }) => line);
      expect(asked.filter((line) => /idtoken|v1\/token|generateAccessToken/.test(line))).toEqual([]);
    },
    MINUTES,
  );
});

(registryProgram === undefined ? describe.skip : describe)('slipway doctor', () => {
  const doctor = (words: readonly string[] = [], env = jobEnv()) => runCli(project, ['doctor', ...words], env);

  test(
    'every step of a way that works',
    async () => {
      await configure(`${DIRECT}  provider-file: provider.json\n`);
      await writeFile(
        join(project.directory, 'provider.json'),
        JSON.stringify({ attributeCondition: rig.settings.condition, attributeMapping: rig.settings.mapping }),
      );
      const seen = await doctor();
      expect(seen).toMatchObject({ exitCode: 0 });
      for (const step of [
        'names',
        'event',
        'token',
        'provider',
        'mapping',
        'condition',
        'permissions',
        'repository',
        'registry',
      ])
        expect(seen.stdout).toContain(`✓ ${step}: `);
      expect(seen.stdout).toContain('attribute.grant = publish-456789');
      await expectNoSecret(seen);
    },
    MINUTES,
  );

  test(
    'a missing role: every permission named, and the binding to type',
    async () => {
      await configure(DIRECT);
      rig.settings.bindings = [];
      const seen = await doctor();
      expect(seen.exitCode).toBe(2);
      expect(seen.stdout).toMatch(/✗ permissions: it may not write/);
      expect(seen.stdout).toMatch(/FAIL artifactregistry\.tags\.create/);
      expect(seen.stdout).toMatch(/✗ registry: principalSet:/);
    },
    MINUTES,
  );

  test(
    'on a laptop, claims out of a file are held against the provider',
    async () => {
      await configure(DIRECT);
      await writeFile(
        join(project.directory, 'provider.json'),
        JSON.stringify({ attributeCondition: CONDITION, attributeMapping: rig.settings.mapping }),
      );
      await writeFile(join(project.directory, 'claims.json'), JSON.stringify(rig.settings.claims));
      const seen = await doctor(['--claims', 'claims.json', '--provider', 'provider.json'], {});
      expect(seen.exitCode).toBe(2);
      expect(seen.stdout).toMatch(/✗ condition: it does not hold/);
      expect(await doctor([], {})).toMatchObject({
        exitCode: 0,
        stdout: expect.stringMatching(/· token: this is no job of GitHub Actions/),
      });
    },
    MINUTES,
  );
});
