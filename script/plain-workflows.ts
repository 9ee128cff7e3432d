import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listWorkflows, OWN_FOLDER, toActVariant } from './workflows.ts';

/** Writes a repository with our workflows as tools read them that know neither `$/` nor the newest keys. */
const [folder = ''] = process.argv.slice(2);
const root = join(import.meta.dirname, '..');
const workflows = join(folder, '.github/workflows');
mkdirSync(workflows, { recursive: true });
mkdirSync(join(folder, OWN_FOLDER), { recursive: true });
copyFileSync(join(root, 'action.yml'), join(folder, OWN_FOLDER, 'action.yml'));
for (const file of ['dist/index.js', 'dist/post/index.js']) {
  mkdirSync(dirname(join(folder, OWN_FOLDER, file)), { recursive: true });
  writeFileSync(join(folder, OWN_FOLDER, file), '');
}
for (const file of listWorkflows()) {
  const text = toActVariant(readFileSync(join(root, '.github/workflows', file), 'utf8'));
  writeFileSync(join(workflows, file), text.replaceAll('uses: $/', 'uses: ./'));
}
