import { z } from 'zod';
import { Fault } from '../../model/fault.ts';
import { parseArtifactRepository } from '../artifact-registry.ts';
import type { ArtifactRepository } from '../artifact-registry.ts';
import { GITHUB_ISSUER } from '../claims.ts';
import type { GoogleSetup } from './setup.ts';

const NAME = '[A-Za-z0-9._-]+';
const text = (pattern: RegExp, expected: string) =>
  z.string({ error: `is missing; expected ${expected}` }).regex(pattern, { error: `is not ${expected}` });
const id = (expected: string) => text(/^\d{1,20}$/, expected);
const named = (pattern: RegExp) => text(pattern, '4 to 32 of a-z, 0-9 and -, a letter first');

/** What is asked for a setup, by the name of its flag; the same is kept in setup.json. Everything may stand in CEL, HCL and shell as it is. */
export const answersSchema = z.strictObject({
  repository: text(new RegExp(`^${NAME}/${NAME}$`), 'OWNER/NAME'),
  'repository-id': id('the number of the repository'),
  'owner-id': id('the number of its owner'),
  'default-branch': text(/^[A-Za-z0-9._/-]+$/, 'a branch'),
  workflow: text(
    new RegExp(`^${NAME}/${NAME}/\\.github/workflows/${NAME}\\.ya?ml$`),
    'OWNER/NAME/.github/workflows/FILE.yml',
  ),
  'workflow-commit': z.array(text(/^[0-9a-f]{40}$/, 'a full commit id')),
  registry: text(/^[a-z0-9.-]+\/[a-z0-9./-]+$/, 'LOCATION-docker.pkg.dev/PROJECT/REPOSITORY'),
  staging: text(/^[a-z0-9.-]+\/[a-z0-9./-]+$/, 'LOCATION-docker.pkg.dev/PROJECT/REPOSITORY'),
  'pool-id': named(/^(?!gcp-)[a-z][a-z0-9-]{2,30}[a-z0-9]$/),
  'provider-id': named(/^(?!gcp-)[a-z][a-z0-9-]{2,30}[a-z0-9]$/),
  'service-account': text(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, 'the account’s name, the part before the @').optional(),
  issuer: text(/^https:\/\/[A-Za-z0-9.-]+(:\d{1,5})?(\/[A-Za-z0-9._/-]+)?$/, 'an https address').optional(),
  immutable: z.boolean(),
});
export type Answers = z.infer<typeof answersSchema>;

/** Checks the answers. Throws one Fault for all that is wrong. */
export function parseAnswers(given: unknown, where?: string): Answers {
  const parsed = answersSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const complaints = parsed.error.issues.map(({ path, message }) => ({ message: `--${String(path[0])} ${message}` }));
  throw new Fault('the setup is not complete', {
    complaints,
    remedy: `gh api repos/OWNER/NAME --jq '"--repository-id \\(.id) --owner-id \\(.owner.id)"' prints both numbers.`,
    ...(where === undefined ? {} : { where }),
  });
}

/** The setup that the answers mean. Throws a Fault for a registry that is not Artifact Registry, or a called workflow that no commit is known of. */
export function toSetup(answers: Answers): GoogleSetup {
  const { workflow, repository, immutable } = answers;
  const own = workflow.startsWith(`${repository}/`);
  const commits = answers['workflow-commit'];
  if (!own && commits.length === 0) {
    throw new Fault(`no commit of ${workflow} is known that may publish`, {
      remedy:
        'Pin it in your workflow (uses: …@<full commit id>), give --workflow-commit, or give --workflow with a workflow of this repository.',
    });
  }
  const account = answers['service-account'];
  return {
    repository,
    repositoryId: answers['repository-id'],
    ownerId: answers['owner-id'],
    defaultBranch: answers['default-branch'],
    pusher: own ? { type: 'own', workflow } : { type: 'called', workflow, commits },
    release: requireArtifactRegistry(answers.registry),
    staging: requireArtifactRegistry(answers.staging),
    pool: answers['pool-id'],
    provider: answers['provider-id'],
    issuer: answers.issuer ?? GITHUB_ISSUER,
    immutable,
    ...(account === undefined ? {} : { serviceAccount: account }),
  };
}

function requireArtifactRegistry(registry: string): ArtifactRepository {
  const found = parseArtifactRepository(registry);
  if (found !== undefined) return found;
  throw new Fault(`${registry} is no repository of Artifact Registry`, {
    remedy: 'Write LOCATION-docker.pkg.dev/PROJECT/REPOSITORY.',
  });
}
