import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { engineName, keptName } from '../../src/build/names.ts';
import { parseRecord } from '../../src/model/record-parse.ts';
import type { FindingRecord, RunRecord } from '../../src/model/record.ts';

/**
 * Breaks one thing in a copy of each reference system, starts its stack and prints the sentence: `script/demo broken [CASE…]`.
 * With --write, docs/systems-broken.md is written from what was said.
 */
interface Broken {
  readonly name: string;
  readonly system: string;
  readonly what: string;
  readonly images: readonly string[];
  /** File, text, what stands in its place. */
  readonly changes: readonly (readonly [string, string, string])[];
}

const CASES: readonly Broken[] = [
  {
    name: 'wrong-port',
    system: 'haystack',
    what: 'the API listens on another port than the one that is asked',
    images: ['api'],
    changes: [
      ['docker-compose.yml', '      DATABASE_HOST: postgres\n', '      DATABASE_HOST: postgres\n      PORT: "9090"\n'],
    ],
  },
  {
    name: 'failing-migration',
    system: 'arakis',
    what: 'a migration names a table that does not exist',
    images: ['api'],
    changes: [['alembic/versions/0002_results.py', 'op.add_column("workflows"', 'op.add_column("workflow"']],
  },
  {
    name: 'dead-database',
    system: 'healthbench',
    what: 'the database never starts: it is told to load a library that is not there',
    images: ['backend'],
    changes: [
      [
        'docker-compose.yml',
        '    image: pgvector/pgvector:pg15\n',
        '    image: pgvector/pgvector:pg15\n    command: postgres -c shared_preload_libraries=absent\n',
      ],
    ],
  },
  {
    name: 'forgotten-data',
    system: 'onprem-rag',
    what: 'the database has lost its volume, so what was written is gone after `down` and `up`',
    images: ['api', 'frontend'],
    changes: [['docker-compose.yml', '      - postgres_data:/var/lib/postgresql/data\n', '']],
  },
  {
    name: 'short-life',
    system: 'demeter',
    what: 'the worker dies 20 s after its start, when everything has been ready for a while',
    images: ['api'],
    changes: [
      ['docker-compose.yml', 'command: ["celery"', 'command: ["timeout", "20", "celery"'],
      ['slipway.yml', '  ready-within: 120s\n', '  ready-within: 120s\n  stays-up: 30s\n'],
    ],
  },
  {
    name: 'small-memory',
    system: 'demeter',
    what: 'the API may use 24 MB',
    images: ['api'],
    changes: [['docker-compose.yml', 'mem_limit: 512m', 'mem_limit: 24m']],
  },
];

const CLI = resolve(process.env['SLIPWAY_FROM_SOURCE'] === '1' ? 'src/cli.ts' : 'dist/cli/index.js');

async function applyChanges(folder: string, { changes }: Broken): Promise<void> {
  for (const [file, from, to] of changes) {
    const text = await readFile(join(folder, file), 'utf8');
    if (!text.includes(from)) throw new Error(`there is no ${JSON.stringify(from)} in ${file}`);
    await writeFile(join(folder, file), text.replace(from, to));
  }
}

/** The record of the stack of a copy with the one thing broken. */
async function runBroken(broken: Broken): Promise<RunRecord> {
  const folder = await mkdtemp(join(tmpdir(), `slipway-broken-${broken.system}-`));
  const output = join('out/broken', broken.name);
  try {
    await cp(join('docker', broken.system), folder, { recursive: true });
    await applyChanges(folder, broken);
    await execa('git', ['init', '--quiet', folder]);
    await mkdir(output, { recursive: true });
    const only = broken.images.flatMap((image) => ['--only', image]);
    const words = ['stack', '--config', join(folder, 'slipway.yml'), '--output', resolve(output), '--quiet', ...only];
    await execa(process.execPath, [CLI, ...words], { cwd: folder, reject: false, stdout: 'ignore', stderr: 'ignore' });
    return parseRecord(await readFile(join(output, 'record.json'), 'utf8'), 'record.json');
  } finally {
    // What a run leaves for the next build of the same folder, which there will not be.
    const kept = broken.images.map((image) => keptName(engineName(folder, image, '')));
    await execa('docker', ['image', 'rm', ...kept], { reject: false });
    await rm(folder, { recursive: true, force: true });
  }
}

interface Sentence extends FindingRecord {
  readonly rule: string;
}

function listSentences({ stack, problems }: RunRecord): readonly Sentence[] {
  const said = (stack?.outcomes ?? [])
    .filter(({ status, severity }) => severity === 'error' && (status === 'failed' || status === 'undecided'))
    .flatMap(({ rule, findings, reason }) =>
      findings.length > 0 ? findings.map((each) => ({ rule, ...each })) : [{ rule, message: reason ?? '', remedy: '' }],
    );
  return [...said, ...problems.map(({ message, remedy }) => ({ rule: 'fault', message, remedy: remedy ?? '' }))];
}

function renderCase({ name, system, what }: Broken, sentences: readonly Sentence[]): string {
  const lines = sentences.map(({ rule, message, place, remedy }) => {
    const where =
      place === undefined
        ? ''
        : `\n  ${shorten(place.file)}${place.line === undefined ? '' : `:${String(place.line)}`}`;
    return `✗ ${rule}  ${message.trim()}${where}${remedy === '' ? '' : `\n  → ${remedy}`}`;
  });
  return `## ${name} (${system})\n\nBroken: ${what}.\n\n\`\`\`text\n${lines.join('\n') || 'nothing was said'}\n\`\`\`\n`;
}

/** A place below the copy, as it is below the system's folder. */
function shorten(file: string): string {
  return file.replace(/^.*\/slipway-broken-[^/]*\//, '');
}

const words = process.argv.slice(2);
const wanted = words.filter((word) => !word.startsWith('--'));
const pages: string[] = [];
let silent = 0;
for (const broken of CASES.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const sentences = listSentences(await runBroken(broken));
  if (sentences.length === 0) silent += 1;
  const page = renderCase(broken, sentences);
  process.stdout.write(`${page}\n`);
  pages.push(page);
}
if (words.includes('--write')) {
  const head =
    '# The reference systems with one thing broken\n\n<!-- Written by `script/demo broken --write`; do not edit. -->\n\nWhat `slipway stack` says when one thing in a copy of a reference system is broken. Nothing of these stacks is left afterwards, and their images are not published.\n';
  await writeFile('docs/systems-broken.md', [head, ...pages].join('\n'));
}
process.exitCode = silent === 0 ? 0 : 1;
