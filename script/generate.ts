import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { renderProfilePage } from '../src/check/profile-page.ts';
import { renderRuleIndex } from '../src/check/rule-index.ts';
import { RULES, ruleTable } from '../src/check/rules/index.ts';
import { recordSchema } from '../src/model/record.ts';
import { makeConfigPage } from './config-page.ts';
import { makeConfigSchema } from './config-schema.ts';
import { makeGpuPage } from './gpu-page.ts';
import { makeWorkflowPage } from './workflow-page.ts';
import { makeLockfile, REUSABLE, toServerVariant } from './workflows.ts';

const ROOT = join(import.meta.dirname, '..');
const RULE_PAGES = 'docs/rules';
const SECTIONS = ['Why', 'What is checked', 'Settings', 'What to do'];

/** Every generated file of the repository, by path. */
export function generateFiles(): Readonly<Record<string, string>> {
  const schema = makeConfigSchema(ruleTable());
  return {
    'schema/slipway-record.v1.schema.json': `${JSON.stringify(makeRecordSchema(), null, 2)}\n`,
    'schema/slipway.schema.json': `${JSON.stringify(schema, withoutWords, 2)}\n`,
    'docs/config.md': makeConfigPage(schema),
    'docs/rules/README.md': renderRuleIndex(RULES),
    'docs/gpu.md': makeGpuPage(),
    'docs/profiles.md': renderProfilePage(RULES),
    'docs/workflow.md': makeWorkflowPage(),
    '.github/workflows/actions.lock': makeLockfile(),
    ...Object.fromEntries(REUSABLE.map((name) => [`.github/workflows/${name}-server.yml`, toServerVariant(name)])),
  };
}

/** The JSON Schema of the record, from the definition that reads it. */
function makeRecordSchema(): object {
  return { title: 'slipway-record/v1', ...z.toJSONSchema(recordSchema, { io: 'input', target: 'draft-7' }) };
}

/** Defaults in words are for the page; a schema knows only values. */
function withoutWords(key: string, value: unknown): unknown {
  return key === 'x-default' ? undefined : value;
}

/** Paths whose committed text differs from what would be generated now. */
export function findStale(): string[] {
  return Object.entries(generateFiles()).flatMap(([path, text]) =>
    readIfThere(join(ROOT, path)) === text ? [] : [path],
  );
}

/** What is wrong with the pages of the rules, which are written by hand: each rule has one under its id, and no page is left of a rule that is gone. */
export function findPageProblems(): string[] {
  const pages = readdirSync(join(ROOT, RULE_PAGES)).filter((name) => name !== 'README.md');
  const ids = RULES.map(({ id }) => id);
  const orphans = pages.filter((name) => !ids.includes(name.replace(/\.md$/, '')));
  return [
    ...ids.flatMap((id) => {
      const text = readIfThere(join(ROOT, RULE_PAGES, `${id}.md`));
      if (text === undefined) return [`${id} has no page ${RULE_PAGES}/${id}.md`];
      const absent = SECTIONS.filter((heading) => !text.includes(`\n## ${heading}\n`));
      const wrong = text.startsWith(`# ${id}\n`) ? [] : [`does not begin with "# ${id}"`];
      return [...wrong, ...absent.map((heading) => `lacks "## ${heading}"`)].map((what) => `the page of ${id} ${what}`);
    }),
    ...orphans.map((name) => `${RULE_PAGES}/${name} is of no rule`),
  ];
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function writeAll(): void {
  for (const [path, text] of Object.entries(generateFiles())) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
  }
}

if (import.meta.main) {
  if (!process.argv.includes('--check')) writeAll();
  else {
    const stale = findStale();
    const problems = [
      ...(stale.length === 0 ? [] : [`stale: ${stale.join(', ')}; run npm run generate`]),
      ...findPageProblems(),
    ];
    for (const problem of problems) console.error(problem);
    if (problems.length > 0) process.exitCode = 1;
  }
}
