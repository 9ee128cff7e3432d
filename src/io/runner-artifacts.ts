import { appendFile } from 'node:fs/promises';

/** Names what a job published where the runner listens for it (GITHUB_ARTIFACTS, runner 2.336): other tools attest it unconfigured. Older runners offer no such file. */
export async function declareArtifacts(file: string | undefined, references: readonly string[]): Promise<void> {
  if (file === undefined || file === '' || references.length === 0) return;
  await appendFile(file, references.map((reference) => `${reference}\n`).join(''));
}
