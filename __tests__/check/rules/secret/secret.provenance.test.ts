import { expect, test } from '@jest/globals';
import { part } from '../../../../script/secrets.d/sample.ts';
import { secretProvenance } from '../../../../src/check/rules/secret/secret.provenance.ts';
import { searchAttestations } from '../../../../src/image/secrets/attestations.ts';
import { makeMemoryStore, MANIFEST_TYPE } from '../../../support/layered-image.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';

const WEAK = part('hunter-in-the-rye');
const TOKEN = `gh${part('p')}_${part('aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6')}`;

async function read(...statements: readonly object[]) {
  const store = makeMemoryStore();
  const config = store.putBlob('application/vnd.oci.empty.v1+json', Buffer.from('{}'));
  const layers = statements.map((each) =>
    store.putBlob('application/vnd.in-toto+json', Buffer.from(JSON.stringify(each))),
  );
  const attestations = layers.length === 0 ? [] : [store.putManifest(MANIFEST_TYPE, { config, layers })];
  return searchAttestations(store, attestations);
}

function provenance(args: Readonly<Record<string, string>>): object {
  return { predicate: { buildDefinition: { externalParameters: { request: { args } } } } };
}

test.each<[string, Readonly<Record<string, string>>, string]>([
  ['a token by its form', { 'build-arg:INDEX': TOKEN }, 'build argument INDEX in its provenance'],
  ['a weak password by its name', { 'build-arg:DB_PASSWORD': WEAK }, 'build argument DB_PASSWORD in its provenance'],
])('%s stands in clear', async (_case, args, where) => {
  const judgement = checkRule(secretProvenance, { attestations: await read(provenance(args)) });
  expect(messagesOf(judgement)).toEqual([expect.stringContaining(`${where} holds a secret`)]);
  expect(JSON.stringify(judgement)).not.toContain(WEAK);
  expect(JSON.stringify(judgement)).not.toContain(TOKEN);
  expect(judgement).toMatchObject({ findings: [{ written: { keyword: 'ARG' } }] });
});

test('an argument of a stage that never reaches the image stands in the steps of mode=max', async () => {
  const step = { op: { Op: { Exec: { meta: { env: ['PATH=/usr/bin', `GIT_PASSWORD=${WEAK}`] } } } } };
  const attestations = await read({ predicate: { buildConfig: { llbDefinition: [step] } } });
  expect(messagesOf(checkRule(secretProvenance, { attestations }))).toEqual([
    expect.stringContaining('a text in its provenance holds a secret (value of GIT_PASSWORD)'),
  ]);
});

test('the quoted Dockerfile is read, too', async () => {
  const quoted = Buffer.from(`FROM scratch\n${'# made for tests\n'.repeat(20)}RUN curl -u x:${TOKEN}\n`);
  const attestations = await read({ metadata: { source: { data: quoted.toString('base64') } } });
  expect(checkRule(secretProvenance, { attestations }).status).toBe('failed');
});

test.each<[string, Readonly<Record<string, string>>]>([
  ['no secret name', { 'build-arg:PYTHON_VERSION': '3.11.9', target: 'runtime' }],
  ['a switch', { 'build-arg:USE_TOKEN': 'true' }],
  ['an empty value', { 'build-arg:GIT_TOKEN': '' }],
  ['a file', { 'build-arg:DB_PASSWORD_FILE': '/run/secrets/db' }],
  ['a key that everybody may have', { 'build-arg:GPG_KEY': 'A035C8C19219BA821ECEA86B64E628F8D684696D' }],
])('%s is none', async (_case, args) => {
  const judgement = checkRule(secretProvenance, { attestations: await read(provenance(args)) });
  expect(judgement).toEqual({ status: 'passed', seen: '1 statement' });
});

test('an allowed fingerprint is none', async () => {
  const attestations = await read(provenance({ 'build-arg:DB_PASSWORD': WEAK }));
  const allow = attestations.hits.map(({ fingerprint }) => fingerprint);
  expect(checkRule(secretProvenance, { attestations }, undefined, { allow }).status).toBe('passed');
});

test('without attestations there is nothing to judge', async () => {
  expect(checkRule(secretProvenance, { attestations: await read() }).status).toBe('skipped');
});
