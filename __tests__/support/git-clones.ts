import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

const AUTHOR = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];

/** Runs git in a folder, untouched by the configuration of whoever runs the tests. */
export async function runGit(directory: string, ...words: readonly string[]): Promise<string> {
  const env = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  return (await execa('git', ['-C', directory, ...words], { env })).stdout.trim();
}

/** Commits a file with that text and returns the commit's id. */
export async function commitAll(directory: string, text: string): Promise<string> {
  await writeFile(join(directory, 'file.txt'), text);
  await runGit(directory, 'add', '--all');
  await runGit(directory, ...AUTHOR, 'commit', '-q', '-m', text);
  return runGit(directory, 'rev-parse', 'HEAD');
}

/** A clone that does not share objects with its origin. */
export async function cloneRepository(origin: string, to: string, ...options: readonly string[]): Promise<string> {
  await runGit(origin, 'clone', '-q', ...options, `file://${origin}`, to);
  return to;
}
