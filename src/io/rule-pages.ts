import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of the rule pages: `docs/rules` of the package that the entry belongs to, be it `src/cli.ts`, `dist/cli/index.js` or a link to it. */
export function findRulePages(entry: string): string {
  for (let folder = dirname(realpathSync(entry)); folder !== dirname(folder); folder = dirname(folder)) {
    const pages = join(folder, 'docs', 'rules');
    if (existsSync(pages)) return pages;
  }
  return join(dirname(entry), 'docs', 'rules');
}
