import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from '@jest/globals';

const made: string[] = [];
afterAll(async () => {
  await Promise.all(made.map((folder) => rm(folder, { recursive: true, force: true })));
});

/** A temporary folder that holds these files (`/` at the end: a folder); text, or a number of bytes; gone after the test file. */
export async function makeFolder(entries: Readonly<Record<string, string | number>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'slipway-test-'));
  made.push(root);
  for (const [path, content] of Object.entries(entries)) {
    const absolute = join(root, path);
    await mkdir(path.endsWith('/') ? absolute : dirname(absolute), { recursive: true });
    if (!path.endsWith('/')) await writeFile(absolute, typeof content === 'number' ? Buffer.alloc(content) : content);
  }
  return root;
}
