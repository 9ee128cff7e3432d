import { Fault } from './fault.ts';

/** Files that the jobs of one workflow run leave for each other. Any job of the run may have written any of them. */
export interface RunArtifacts {
  /** A name is used once in a run; the content cannot be changed later. */
  put(name: string, content: Uint8Array): Promise<void>;
  /** The same for people: a click on the artifact opens it, nothing is packed. Its name is the file's. */
  putOpen(name: string, content: Uint8Array, mimeType: string): Promise<void>;
  /** Names of those of this run. */
  list(): Promise<readonly string[]>;
  /** Throws a Fault for one that is larger than `limit` bytes. */
  get(name: string, limit: number): Promise<Uint8Array>;
}

/** Said where jobs have no way to leave records for each other, as on an Enterprise Server without the service of upload-artifact v4. */
export function refuseWithoutArtifacts(env: Readonly<Record<string, string | undefined>>): Fault {
  const server = env['GITHUB_SERVER_URL'] ?? '';
  const host = URL.canParse(server) ? new URL(server).host : 'this runner';
  return new Fault(
    `${host} offers no artifact service of the version that upload-artifact v4 speaks with, and the jobs of images.yml and verify.yml hand their records over through it`,
    {
      where: 'ACTIONS_RESULTS_URL',
      remedy:
        'Use the action in one job, command: ship or command: check, which needs none: docs/workflow.md, “GitHub Enterprise Server”.',
    },
  );
}
