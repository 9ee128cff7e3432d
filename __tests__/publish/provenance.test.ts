import { expect, test } from '@jest/globals';
import { findOrigin } from '../../src/pipeline/build-origin.ts';
import { makeProvenance } from '../../src/publish/provenance.ts';
import { CLAIMS } from '../support/claims.ts';
import { anImageRecord, aRecord, fakeDigest } from '../support/records.ts';

const CONTEXT = { name: 'api', digest: fakeDigest(1), policyHash: 'a'.repeat(64), created: '2026-01-02T03:05:05.000Z' };
const RUNNER = {
  GITHUB_SERVER_URL: 'https://github.example',
  GITHUB_REPOSITORY: 'octo-org/octo-repo',
  GITHUB_REPOSITORY_ID: '456789',
  GITHUB_WORKFLOW_REF: 'octo-org/octo-repo/.github/workflows/ci.yml@refs/heads/main',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_RUN_ID: '77',
  GITHUB_RUN_ATTEMPT: '2',
};
const predicateOf = (origin: ReturnType<typeof findOrigin>): unknown => {
  const { bytes } = makeProvenance(CONTEXT, aRecord(), anImageRecord({ dockerfile: 'Dockerfile' }), origin);
  return (JSON.parse(Buffer.from(bytes).toString('utf8')) as { predicate: unknown }).predicate;
};

test('the workflow that the token names is the builder, not the one that called it', () => {
  const origin = findOrigin({ env: { ...RUNNER, GITHUB_SERVER_URL: undefined } }, CLAIMS);
  expect(predicateOf(origin)).toMatchObject({
    buildDefinition: {
      externalParameters: { config: 'slipway.yml', image: 'api', dockerfile: 'Dockerfile', ref: 'refs/heads/main' },
      internalParameters: { repository_id: '456789', job_workflow_sha: 'a'.repeat(40), dirty: false },
      resolvedDependencies: [
        { uri: 'git+https://github.com/octo-org/octo-repo@refs/heads/main', digest: { gitCommit: 'c'.repeat(40) } },
      ],
    },
    runDetails: {
      builder: { id: 'https://github.com/octo-org/slipway/.github/workflows/images.yml@refs/tags/v1' },
      metadata: {
        invocationId: 'https://github.com/octo-org/octo-repo/actions/runs/9876543210/attempts/1',
        startedOn: '2026-01-02T03:04:05.000Z',
      },
    },
  });
});

test('without a token the runner says who it is, and its server', () => {
  expect(findOrigin({ env: RUNNER })).toEqual({
    builder: `https://github.example/${RUNNER.GITHUB_WORKFLOW_REF}`,
    repository: 'https://github.example/octo-org/octo-repo',
    ref: 'refs/heads/main',
    invocation: 'https://github.example/octo-org/octo-repo/actions/runs/77/attempts/2',
    job: { repository_id: '456789', workflow_ref: RUNNER.GITHUB_WORKFLOW_REF },
  });
});

test('a laptop is a builder that nobody vouches for', () => {
  expect(predicateOf(findOrigin({ env: {} }))).toMatchObject({
    buildDefinition: { resolvedDependencies: [{ name: 'source', digest: { gitCommit: 'c'.repeat(40) } }] },
    runDetails: { builder: { id: expect.stringMatching(/\/command-line$/) }, metadata: { invocationId: 'abc' } },
  });
});
