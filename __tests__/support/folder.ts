import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A temporary folder that holds these files (`/` at the end: a folder); text, or a number of bytes. */
export async function makeFolder(entries: Readonly<Record<string, string | number>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'slipway-test-'));
  for (const [path, content] of Object.entries(entries)) {
    const absolute = join(root, path);
    await mkdir(path.endsWith('/') ? absolute : dirname(absolute), { recursive: true });
    if (!path.endsWith('/')) await writeFile(absolute, typeof content === 'number' ? Buffer.alloc(content) : content);
  }
  return root;
}
