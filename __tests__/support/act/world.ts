import { CLAIMS } from '../claims.ts';
import { startGitHub } from '../github/double.ts';
import { startRig } from '../rig/rig.ts';
import { makeSettings, MEMBER, PROVIDER, RESOURCE } from '../rig/settings.ts';
import { removeImageNames } from '../running.ts';
import { callerOf, makeProject } from './project.ts';
import type { ActWorld } from './run.ts';

/** The Dockerfile of one of the two images: a job that prints a file of its own. */
export function dockerfileOf(file: string, user = '10001:10001'): string {
  return `FROM debian:bookworm-slim\nCOPY ${file} /words\nUSER ${user}\nCMD ["sh", "-c", "cat /words; exec sleep 1"]\n`;
}

/** Where the images of a project go. */
export function placesOf(registry: string): string {
  return `registry: ${registry}/my-project/haystack
staging: ${registry}/my-project/haystack-staging
google: { workload-identity-provider: ${PROVIDER} }
`;
}

function twoImages(registry: string): Readonly<Record<string, string>> {
  const config = `${placesOf(registry)}images:
  first: { dockerfile: Dockerfile.first, kind: job }
  second: { dockerfile: Dockerfile.second, kind: job, shard: large, runs-on: [self-hosted] }
rules: { context.dockerignore: off, base.pinned: off, labels.oci: off }
`;
  return {
    'slipway.yml': config,
    'Dockerfile.first': dockerfileOf('one.txt'),
    'Dockerfile.second': dockerfileOf('two.txt'),
    'one.txt': 'one',
    'two.txt': 'two',
  };
}

/** The two images of a config as one stack, each ending as END of the environment says. */
export function stackFiles(config: string): Readonly<Record<string, string>> {
  const services = ['first', 'second'].map(
    (name) =>
      `  ${name}: { build: { context: ., dockerfile: Dockerfile.${name} }, restart: "no", command: [sh, -c, $END] }\n`,
  );
  return {
    'compose.yml': `services:\n${services.join('')}`,
    'slipway.yml': `${config}stack: { files: [compose.yml], env: { END: env.END }, stays-up: 1s }\n`,
  };
}

/**
 * A repository with two images that calls `images.yml`, a registry behind the identity rig, and GitHub. Jobs that act runs have no
 * environment of GitHub's, so the rig gives every one of them all rights; which job may what is shown in grants.test.ts.
 */
export async function startWorld(
  program: string,
  images: (registry: string) => Readonly<Record<string, string>> = twoImages,
): Promise<ActWorld & { stop(): Promise<void> }> {
  const member = { role: 'roles/artifactregistry.writer' as const, members: [MEMBER] };
  const rig = await startRig({
    claims: { ...CLAIMS, environment: 'images' },
    bindings: [RESOURCE, `${RESOURCE}-staging`].map((resource) => ({ resource, ...member })),
    mapping: { ...makeSettings().mapping, 'attribute.grant': "'publish-' + assertion.repository_id" },
  });
  const github = await startGitHub();
  const project = await makeProject({
    ...images(rig.registry),
    '.github/workflows/ci.yml': callerOf('images'),
  });
  return {
    ...{ program, project, rig, github },
    stop: async () => {
      await rig.stop();
      await github.stop();
      await removeImageNames(project);
      await project.remove();
    },
  };
}

const REPOSITORY = { full_name: 'team/project', default_branch: 'main' };

/** What GitHub sends for a push to a ref. */
export function pushPayload(ref = 'refs/heads/main'): Readonly<Record<string, unknown>> {
  return { ref, repository: REPOSITORY };
}

/** What GitHub sends for a pull request of the same repository. */
export function pullRequestPayload(head: string, base: string): Readonly<Record<string, unknown>> {
  const request = {
    number: 7,
    head: { ref: 'topic', sha: head, repo: REPOSITORY },
    base: { ref: 'main', sha: base },
    user: { login: 'somebody' },
  };
  return { number: 7, pull_request: request, repository: REPOSITORY };
}
