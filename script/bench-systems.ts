import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { parseRecord } from '../src/model/record-parse.ts';
import type { RunRecord } from '../src/model/record.ts';
import { z } from 'zod';
import { measureEmpty } from './bench.d/empty-engine.ts';
import { MEASURED, measureBuilds } from './bench.d/system-builds.ts';
import { describeCompiled } from './systems.d/build-sources.ts';
import { type Builds, buildsSchema } from './systems.d/row.ts';
import { showBytes, showShare } from './systems.d/show.ts';

const PAGE = 'docs/performance-systems.md';
const USAGE = `script/bench systems [SYSTEM…] [--empty] [--write] | --page
Builds one image of each reference system cold, warm, after a code change and after a dependency change. Start, health,
stop, memory and context come from out/SYSTEM/record.json, as \`script/demo SYSTEM\` leaves it, builds of systems
that are not chosen from out/bench-systems.json. --empty: instead, what CI proves from an engine of its own without
any image or cache (needs root). --write: also ${PAGE}; --page: that alone, from what was measured.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    write: { type: 'boolean', default: false },
    empty: { type: 'boolean', default: false },
    page: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(USAGE);
  process.exit();
}

async function readRun(system: string): Promise<RunRecord | undefined> {
  const path = `out/${system}/record.json`;
  return existsSync(path) ? parseRecord(await readFile(path, 'utf8'), path) : undefined;
}

const KEPT = 'out/bench-systems.json';

/** What was measured now, and before where it was not, in the order of the systems. */
async function joinEarlier(now: readonly Partial<Builds>[]): Promise<readonly Builds[]> {
  const earlier = existsSync(KEPT) ? z.array(buildsSchema).parse(JSON.parse(await readFile(KEPT, 'utf8'))) : [];
  return MEASURED.flatMap(({ system }) => {
    const [before, after] = [earlier, now].map((list) => list.find((each) => each.system === system));
    const joined = buildsSchema.safeParse({ ...before, ...after });
    return joined.success ? [joined.data] : [];
  });
}

function seconds(value: number | undefined, scale = 1): string {
  return value === undefined ? '–' : `${(value / scale).toFixed(1)} s`;
}

function renderBuild({ system, cold, warm, code, dependencies, unpacked, builder, empty }: Builds): string {
  const ratio = (value: number): string => `${seconds(value)} (${(value / cold).toFixed(2)} ×)`;
  const smaller = `${showBytes(unpacked)} / ${showBytes(builder)} (${showShare(unpacked, builder)})`;
  const from = empty === undefined ? '–' : `${seconds(empty.built)} / ${seconds(empty.proven)}`;
  return `| ${[system, from, seconds(cold), ratio(warm), ratio(code), ratio(dependencies), smaller].join(' | ')} |`;
}

function renderRun(system: string, record: RunRecord | undefined): string[] {
  if (record === undefined) return [`| ${system} | not run | | | | | | |`];
  const { stack } = record;
  const total = (kind: 'idle' | 'active'): string => {
    const all = stack?.run?.services.map(({ memory }) => memory[kind] ?? memory.idle ?? 0) ?? [];
    return all.length === 0 ? '–' : showBytes(all.reduce((sum, bytes) => sum + bytes, 0));
  };
  const images = record.images.map(({ name, timings, sizes, context }) => [
    `${system} ${name}`,
    seconds(timings?.firstSuccess, 1000),
    seconds(timings?.healthy, 1000),
    seconds(timings?.stop, 1000),
    timings?.memoryPeak === undefined ? '–' : showBytes(timings.memoryPeak),
    '',
    sizes === undefined ? '–' : `${showBytes(sizes.download)} / ${showBytes(sizes.unpacked)}`,
    context === undefined ? '–' : showBytes(context.bytes),
  ]);
  const whole =
    stack === undefined
      ? []
      : [[`${system} **stack**`, '', seconds(stack.run?.readyAfter, 1000), '', total('idle'), total('active'), '', '']];
  return [...images, ...whole].map((cells) => `| ${cells.join(' | ')} |`);
}

const chosen = values.page
  ? []
  : MEASURED.filter(({ system }) => positionals.length === 0 || positionals.includes(system));
const load = loadavg()[0] ?? 0;
const say = (line: string): boolean => process.stderr.write(`bench: ${line}\n`);
let builds = await joinEarlier([]);
await mkdir('out', { recursive: true });
for (const each of chosen) {
  const { system, images } = each;
  const now = values.empty ? { empty: await measureEmpty(system, images, say) } : await measureBuilds(each, say);
  builds = await joinEarlier([{ ...now, system }]);
  // For `node script/systems.ts`, whose rows D4, D13 and A8 are about builds; kept at once, should a later one fail.
  await writeFile(KEPT, JSON.stringify(builds, null, 2));
}
const runs: string[] = [];
for (const { system } of MEASURED) runs.push(...renderRun(system, await readRun(system)));

const compiled = builds.flatMap((each) => describeCompiled(each, 0.7) ?? []).join('; ') || 'not built';

const page = `# Performance of the reference systems

Written by \`script/bench systems --write\` on ${new Date().toISOString().slice(0, 10)}; do not edit. Two cores, stand-in bases where the public ones are out of reach, ${load.toFixed(1)} programs wanting to run before the bench: compare the ratios, not the seconds.

## Builds

One image of each system, by \`docker buildx build --load\`. **Cold** is \`--no-cache\`: every step runs, downloads may come out of the Dockerfile's cache mounts. A code change adds a comment to one file of the program, a dependency change one to the lock. In brackets the part of the cold build, which is what the order of the layers decides (A8: 10 s and 2 min of 5 min, 0.03 and 0.4).

| system | empty: built / proven | cold | nothing changed | code change | dependency change | image / its builder stage |
|---|---|---|---|---|---|---|
${builds.map(renderBuild).join('\n')}

**Empty** is an engine without any image, build cache or cache mount, made for it and removed afterwards (\`--empty\`): what CI proves of the system, until its images are built, and until its stack was ready, had answered, had kept its data and was gone.

A builder stage here holds an installer and the packages and no compiler, because every lock has a wheel for everything. D4's 70 % are of a builder with build-essential, which \`script/bench.d/demeter-builder.Dockerfile\` builds: ${compiled}.

## Runs

From the records of the last \`script/demo SYSTEM\`. The first column is the first success of the declared probes; memory of an image is its peak, of a stack the sum of its services.

| what | first 200 | healthy / ready | stopped in | memory: peak or idle | active | download / unpacked | context |
|---|---|---|---|---|---|---|---|
${runs.join('\n')}
`;
process.stdout.write(page);
if (values.write || values.page) await writeFile(PAGE, page);
