import type { Answers } from '../../src/google/setup/answers.ts';

export const CALLED = 'octo-org/slipway/.github/workflows/images.yml';

/** Answers that make a setup for the repository of the sample claims. */
export const ANSWERS: Answers = {
  repository: 'octo-org/octo-repo',
  'repository-id': '456789',
  'owner-id': '123456',
  'default-branch': 'main',
  workflow: CALLED,
  'workflow-commit': ['a'.repeat(40), 'b'.repeat(40)],
  registry: 'us-east1-docker.pkg.dev/my-project/haystack',
  staging: 'us-east1-docker.pkg.dev/my-project/haystack-staging',
  'pool-id': 'github',
  'provider-id': 'slipway',
  immutable: false,
};
export const OWN = { ...ANSWERS, workflow: 'octo-org/octo-repo/.github/workflows/ci.yml', 'workflow-commit': [] };
