import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseProviderFile } from '../../../src/google/provider-file.ts';
import { parseAnswers, toSetup } from '../../../src/google/setup/answers.ts';
import { setupFiles } from '../../../src/google/setup/files.ts';
import { BINDINGS } from '../../../src/google/setup/grants.ts';
import { parse } from '../../config/support/parsing.ts';
import { findProgram } from '../../support/docker-registry.ts';
import { ANSWERS, OWN } from '../../support/google-setup.ts';

const filesOf = (change: Partial<typeof ANSWERS> = {}) => {
  const answers = { ...ANSWERS, ...change };
  return setupFiles(toSetup(answers), answers, 'infra');
};
const ACCOUNT = { 'service-account': 'images' };

describe('files', () => {
  test('every binding stands in Terraform and in the script, and no other', () => {
    const { 'main.tf': terraform = '', 'setup.sh': script = '' } = filesOf();
    for (const { grant, role } of BINDINGS) {
      expect(terraform).toContain(`attribute.grant/${grant}-456789"`);
      expect(script).toMatch(new RegExp(`--role=${role} --member="principalSet:.*/attribute.grant/${grant}-456789"`));
    }
    expect(terraform.match(/_iam_member" /g)).toHaveLength(BINDINGS.length);
    expect(script.match(/add-iam-policy-binding/g)).toHaveLength(BINDINGS.length);
    expect(`${terraform}${script}`).not.toMatch(/repoAdmin|roles\/artifactregistry\.admin|project_iam/);
  });

  test('an account stands between the publishing jobs and the repositories, and nobody else may act as it', () => {
    const { 'main.tf': terraform = '', 'setup.sh': script = '' } = filesOf(ACCOUNT);
    expect(terraform.match(/grant\/publish-/g)).toHaveLength(1);
    expect(terraform).toContain('roles/iam.workloadIdentityUser');
    expect(script).toMatch(/workloadIdentityUser --member="principalSet:.*grant\/publish-456789"/);
    expect(script.match(/--member=serviceAccount:images@my-project/g)).toHaveLength(2);
    expect(`${terraform}${script}`).toContain('iamcredentials.googleapis.com');
  });

  test('the staging repository forgets, the release repository does not', () => {
    const { 'main.tf': terraform = '', 'staging-cleanup.json': policies = '' } = filesOf();
    const [, release = '', staging = ''] = terraform.split('resource "google_artifact_registry_repository" ');
    expect(release).not.toContain('cleanup');
    expect(staging).toContain('older_than = "1209600s"');
    expect(JSON.parse(policies)).toMatchObject([
      { condition: { olderThan: '14d' } },
      { condition: { tagPrefixes: ['buildcache'] } },
    ]);
  });

  test('immutable tags, and a config without any that moves', () => {
    const files = filesOf({ immutable: true });
    expect(files['main.tf']).toContain('immutable_tags = true');
    expect(files['setup.sh']).toContain('--immutable-tags');
    expect(files['README.md']).toContain('release: ["{version}"]');
    expect(filesOf()['README.md']).not.toContain('tags:');
  });

  test('the issuer is GitHub’s own, or the one that was named, everywhere', () => {
    for (const issuer of [undefined, 'https://github.acme.example/_services/token']) {
      const files = filesOf(issuer === undefined ? {} : { issuer });
      const expected = issuer ?? 'https://token.actions.githubusercontent.com';
      expect(files['main.tf']).toContain(`issuer_uri = "${expected}"`);
      expect(files['setup.sh']).toContain(`--issuer-uri=${expected}\n`);
      expect(parseProviderFile(files['provider.json'] ?? '', 'provider.json').issuer).toBe(expected);
    }
    expect(() => parseAnswers({ ...ANSWERS, issuer: 'https://x"\n' })).toThrow('the setup is not complete');
  });

  test('the config that is proposed is one', () => {
    for (const change of [{}, OWN, { immutable: true }, { ...OWN, ...ACCOUNT }]) {
      const [, yaml = ''] = /```yaml\n(.*?)```/s.exec(filesOf(change)['README.md'] ?? '') ?? [];
      const text = `${yaml.replace('NUMBER', '123456789')}images: { api: { dockerfile: Dockerfile } }\n`;
      expect(parse(text).google?.identity.provider).toContain('providers/slipway');
    }
  });

  test('what doctor reads describes the provider', () => {
    const { 'provider.json': text = '', 'grants.auto.tfvars.json': rules = '{}' } = filesOf();
    const { mapping, condition } = parseProviderFile(text, 'provider.json');
    expect(JSON.parse(rules)).toEqual({ attribute_mapping: mapping, attribute_condition: condition });
  });

  const terraform = findProgram('terraform');
  (terraform === undefined ? test.skip : test)('terraform fmt finds nothing to change', () => {
    const folder = mkdtempSync(join(tmpdir(), 'slipway-test-'));
    for (const change of [{}, ACCOUNT, { immutable: true }]) {
      writeFileSync(join(folder, 'main.tf'), filesOf(change)['main.tf'] ?? '');
      execFileSync(terraform ?? '', ['fmt', '-check', folder], { stdio: 'pipe' });
    }
    rmSync(folder, { recursive: true });
  });

  const shellcheck = findProgram('shellcheck');
  (shellcheck === undefined ? test.skip : test)('the script is one that shellcheck has nothing to say of', () => {
    for (const change of [{}, ACCOUNT, { immutable: true }])
      execFileSync(shellcheck ?? '', ['-'], { input: filesOf(change)['setup.sh'] ?? '', stdio: 'pipe' });
  });
});

describe('answers', () => {
  test.each([
    ['a branch that would end the text', { 'default-branch': "x' || true || '" }, /--default-branch is not a branch/],
    ['a name instead of a number', { 'repository-id': 'octo-repo' }, /--repository-id is not the number/],
    ['half a commit', { 'workflow-commit': ['abc'] }, /--workflow-commit is not a full commit id/],
    ['a reserved pool', { 'pool-id': 'gcp-pool' }, /--pool-id/],
    ['nothing at all', { registry: undefined }, /--registry is missing/],
  ])('refuses %s', (_name, change, message) => {
    expect(() => parseAnswers({ ...ANSWERS, ...change })).toThrow(
      expect.objectContaining({ complaints: [{ message: expect.stringMatching(message) }] }),
    );
  });

  test.each([
    ['another registry', { registry: 'ghcr.io/octo-org/x' }, /no repository of Artifact Registry/],
    ['no commit of the called workflow', { 'workflow-commit': [] }, /no commit of .*images\.yml is known/],
  ])('refuses %s', (_name, change, message) => {
    expect(() => toSetup({ ...ANSWERS, ...change })).toThrow(message);
  });
});
