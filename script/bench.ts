// Started by script/bench, which sets up the tools.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureLayerReading } from './bench.d/layer-reading.ts';
import { measureLoad } from './bench.d/load.ts';
import { currentLoad, describeMachine } from './bench.d/machine.ts';
import { type Bench, measureChecks, measureOverhead, measureSecondShip, measureStarts } from './bench.d/measures.ts';
import { renderPage, type Result } from './bench.d/page.ts';
import { makeProject, openHaystack } from './bench.d/project.ts';
import { keptSection, replaceSection } from './bench.d/secret-section.ts';
import { measurePush } from './bench.d/push.ts';
import { renderTable, type Row } from './bench.d/row.ts';
import { PROJECT, withWorld, type World } from './bench.d/world.ts';

const LIMIT = 45 * 60_000;
const PAGE = 'docs/performance.md';
const USAGE = `script/bench [--rounds N] [--haystack] [--write]
  --rounds N   runs of each thing that is compared, 5 if not said
  --haystack   ship the reference system instead of three small services
  --write      also write ${PAGE}
`;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

function stopOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(name, () => {
      say('bench: stopping and removing what it started');
      controller.abort(new Error(`stopped by ${name}`));
    });
  }
  return AbortSignal.any([controller.signal, AbortSignal.timeout(LIMIT)]);
}

async function measureAll(bench: Bench): Promise<Row[]> {
  const { world, project } = bench;
  const steps: readonly (readonly [string, () => Promise<Row[]>])[] = [
    ['warm images against bake + push', () => measureOverhead(bench)],
    ['checks on', () => measureChecks(bench)],
    ['a second ship', () => measureSecondShip(bench)],
    ['pushing', () => measurePush(world, bench.rounds, bench.say)],
    ['programs started', () => measureStarts(bench)],
    ['layer reading', () => measureLayerReading(world, project)],
    ['loading the bundle', () => measureLoad(world.signal)],
  ];
  const rows: Row[] = [];
  for (const [title, measure] of steps) {
    say(`bench: ${title}`);
    rows.push(...(await measure()));
  }
  return rows;
}

async function runBench(world: World, rounds: number, haystack: boolean): Promise<Result> {
  const load = currentLoad();
  const project = haystack ? await openHaystack() : await makeProject(join(world.folder, PROJECT));
  say(`bench: ${project.title}; the first build may take minutes`);
  const rows = await measureAll({ world, project, rounds, say });
  const date = new Date().toISOString().slice(0, 10);
  return { date, machine: await describeMachine(world, load), project: project.title, rounds, rows };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      haystack: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds);
  if (values.help || !Number.isInteger(rounds) || rounds < 1) {
    process.stdout.write(USAGE);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const result = await withWorld(stopOnSignals(), (world) => runBench(world, rounds, values.haystack));
  process.stdout.write(`${renderTable(result.rows)}\n`);
  if (!values.write) return;
  const section = keptSection(await readFile(PAGE, 'utf8'));
  await writeFile(PAGE, replaceSection(renderPage(result), section));
  say(`bench: wrote ${PAGE}`);
}

await main();
