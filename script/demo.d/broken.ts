import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { engineName, keptName } from '../../src/build/names.ts';
import { parseRecord } from '../../src/model/record-parse.ts';
import type { FindingRecord, RunRecord } from '../../src/model/record.ts';
import { stackLogsOf } from '../../src/report/stack-cells.ts';
import { type Broken, CASES, FAULTS } from './broken-cases.ts';

/**
 * Breaks one thing in a copy of a reference system, starts its stack and prints what is said:
 * `script/demo broken [FAULT|SYSTEM|FAULT-SYSTEM…]`. With --write, docs/systems-broken.md is written from the records of
 * this run and, for what was not chosen, of the last one (out/broken).
 */
const CLI = resolve(process.env['SLIPWAY_FROM_SOURCE'] === '1' ? 'src/cli.ts' : 'dist/cli/index.js');

async function applyChanges(folder: string, { changes }: Broken): Promise<void> {
  for (const [file, from, to] of changes) {
    const text = await readFile(join(folder, file), 'utf8');
    if (!text.includes(from)) throw new Error(`there is no ${JSON.stringify(from)} in ${file}`);
    await writeFile(join(folder, file), text.replace(from, to));
  }
}

function nameOf({ fault, system }: Broken): string {
  return `${fault}-${system}`;
}

function outputOf(broken: Broken): string {
  return join('out/broken', nameOf(broken));
}

async function readRecord(broken: Broken): Promise<RunRecord> {
  return parseRecord(await readFile(join(outputOf(broken), 'record.json'), 'utf8'), 'record.json');
}

/** The record of the stack of a copy with the one thing broken. */
async function runBroken(broken: Broken): Promise<RunRecord> {
  const folder = await mkdtemp(join(tmpdir(), `slipway-broken-${broken.system}-`));
  const output = outputOf(broken);
  try {
    await cp(join('docker', broken.system), folder, { recursive: true });
    await applyChanges(folder, broken);
    await execa('git', ['init', '--quiet', folder]);
    await rm(output, { recursive: true, force: true });
    await mkdir(output, { recursive: true });
    const only = broken.images.flatMap((image) => ['--only', image]);
    const words = ['stack', '--config', join(folder, 'slipway.yml'), '--output', resolve(output), '--quiet', ...only];
    await execa(process.execPath, [CLI, ...words], { cwd: folder, reject: false, stdout: 'ignore', stderr: 'ignore' });
    return await readRecord(broken);
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

const SHOWN = 4;

/** Findings as a report has them, and the last lines of what did not work, fewer than a report shows. */
function renderCase({ system, what }: Broken, record: RunRecord): string {
  const said = listSentences(record).map(({ rule, message, place, remedy }) => {
    const line = place?.line === undefined ? '' : `:${String(place.line)}`;
    const where = place === undefined ? '' : `\n  ${shorten(place.file)}${line}`;
    return `✗ ${rule}  ${message.trim()}${where}${remedy === '' ? '' : `\n  → ${remedy}`}`;
  });
  const broken = record.stack?.outcomes.some(({ rule, status }) => rule === 'stack.ready' && status === 'failed');
  const logs = record.stack === undefined || broken !== true ? [] : stackLogsOf(record.stack);
  const lines = logs.map(([name, log]) =>
    [`last lines of ${name}:`, ...log.slice(-SHOWN).map((line) => `  ${line.slice(0, 160)}`)].join('\n'),
  );
  const notes = (record.stack?.run?.notes ?? []).filter((note) => note.includes('was started again'));
  const text = [...said, ...lines, ...notes.map((note) => `note: ${note}`)].join('\n').replaceAll('```', "'''");
  return `### ${system}\n\nBroken: ${what}.\n\n\`\`\`text\n${text === '' ? 'nothing was said' : text}\n\`\`\`\n`;
}

/** A place below the copy, as it is below the system's folder. */
function shorten(file: string): string {
  return file.replace(/^.*\/slipway-broken-[^/]*\//, '');
}

const HEAD = `# The reference systems with one thing broken

<!-- Written by \`script/demo broken --write\`; do not edit. -->

What \`slipway stack\` says when one thing in a copy of a reference system is broken: the same six faults in every system that can have them (DemeterAI keeps no data, and its only store is its broker). The image is built and started as always; nothing of these stacks is left afterwards, and their images are not published. A report shows up to 20 last lines of a service; here are ${String(SHOWN)}.
`;

async function writePage(): Promise<string> {
  const parts: string[] = [HEAD];
  for (const [fault, title] of Object.entries(FAULTS)) {
    const run = CASES.filter((each) => each.fault === fault && existsSync(join(outputOf(each), 'record.json')));
    if (run.length > 0) parts.push(`## ${title}\n`);
    for (const each of run) parts.push(renderCase(each, await readRecord(each)));
  }
  return parts.join('\n');
}

const words = process.argv.slice(2);
const wanted = words.filter((word) => !word.startsWith('--'));
const unknown = wanted.filter((word) => !CASES.some((each) => [each.fault, each.system, nameOf(each)].includes(word)));
if (unknown.length > 0) throw new Error(`there is no ${unknown.join(', ')}; there are ${CASES.map(nameOf).join(', ')}`);
let silent = 0;
const chosen = words.includes('--page') ? [] : CASES;
for (const broken of chosen) {
  const names = [broken.fault, broken.system, nameOf(broken)];
  if (wanted.length > 0 && !wanted.some((word) => names.includes(word))) continue;
  const record = await runBroken(broken);
  if (listSentences(record).length === 0) silent += 1;
  process.stdout.write(`${FAULTS[broken.fault]}\n${renderCase(broken, record)}\n`);
}
if (words.includes('--write') || words.includes('--page')) await writeFile('docs/systems-broken.md', await writePage());
process.exitCode = silent === 0 ? 0 : 1;
