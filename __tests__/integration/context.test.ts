import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { listContext, readIgnoreFile } from '../../src/plan/context.ts';
import { captureEffects } from '../support/captured-effects.ts';
import { makeFolder } from '../support/folder.ts';

jest.setTimeout(120_000);

const TREE = {
  'README.md': 1,
  'app/main.py': 1,
  'app/notes.md': 1,
  'app/.cache/x': 1,
  'docs/keep/a.md': 1,
  'docs/b.txt': 1,
  'web/node_modules/y/index.js': 1,
  'web/src/node_modules': 1,
  '.git/config': 1,
  '.env': 1,
  '.env.example': 1,
  'a b.txt': 1,
  'ünï.txt': 1,
  x1: 1,
  xa: 1,
};

/** What one real `COPY . /` build of the folder contains, without the build's own two files. */
async function listBuilt(folder: string): Promise<readonly string[]> {
  const captured = captureEffects();
  const { effects } = captured;
  const buildx = await effects.tools.find('buildx');
  const out = await makeFolder({});
  const argv = ['build', '--quiet', `--output=type=local,dest=${out}`, folder];
  const result = await effects.processes.run(buildx.path, argv, { deadline: 60_000 });
  if (result.exitCode !== 0) throw new Error(`${result.stderr}${captured.text()}`);
  const entries = await readdir(out, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(out.length + 1))
    .toSorted();
}

async function listPlanned(folder: string): Promise<readonly string[]> {
  const { files } = captureEffects().effects;
  const ignore = await readIgnoreFile(files, folder, { dockerfile: 'Dockerfile', context: '.' });
  if ('problem' in ignore) throw new Error(ignore.problem);
  const listing = await listContext(files, folder, ignore.matcher);
  return listing.files.map((file) => file.path).toSorted();
}

test.each([
  ['no ignore file', undefined],
  ['names, stars, exceptions', '.git\n**/*.md\n!docs/keep\n.env*\n!.env.example\n**/node_modules\n'],
  ['nothing but', '*\n!app\n!web/src\n**/.cache\n'],
  ['classes, escapes, spaces', 'x[0-9]\n\\.env\n  a b.txt  \n# docs\n/docs/\n?n?.txt\n'],
  ['an exception below an ignored folder', 'docs\nweb/**\n!docs/keep/*.md\n!web/src/node_modules\n'],
])('a real build takes exactly what the plan says: %s', async (_, ignore) => {
  const folder = await makeFolder({ ...TREE, Dockerfile: 'FROM scratch\nCOPY . /\n' });
  if (ignore !== undefined) await writeFile(join(folder, '.dockerignore'), ignore);
  expect(await listPlanned(folder)).toEqual(await listBuilt(folder));
});
