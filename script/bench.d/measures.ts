import { ratio, compareSeconds, median, type Row, seconds } from './row.ts';
import type { Project } from './project.ts';
import { bakeAndPush, ship, shipCounted } from './shipping.ts';
import type { World } from './world.ts';

export interface Bench {
  readonly world: World;
  readonly project: Project;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

const OVERHEAD = { ratio: 1.15, seconds: 0.5 };
/** Seconds that a service which has become healthy is watched at least (a rule of the design, not a cost of ours). */
const WATCH = 5;

/** Everything warm: one bake + push against ship without containers, in turn, each first in every other round. */
export async function measureOverhead({ world, project, rounds, say }: Bench): Promise<Row[]> {
  await bakeAndPush(world, project);
  await ship(world, project, { containers: false });
  const rows = [];
  for (const change of project.change === undefined ? [undefined] : [undefined, project.change]) {
    const [raw, ours]: [number[], number[]] = [[], []];
    const measureRaw = async () => raw.push((await bakeAndPush(world, project)).seconds);
    const measureOurs = async () => ours.push((await ship(world, project, { containers: false })).seconds);
    for (let round = 0; round < rounds; round += 1) {
      for (const measure of round % 2 === 0 ? [measureRaw, measureOurs] : [measureOurs, measureRaw]) {
        await change?.();
        await measure();
      }
      say(`  raw ${seconds(raw.at(-1) ?? 0)}, ship ${seconds(ours.at(-1) ?? 0)}`);
    }
    const state = change === undefined ? 'nothing changed' : 'one file changed in each';
    const what = `${String(project.images.length)} images, ${state}: ship without containers / bake + push`;
    rows.push(compareSeconds(what, median(ours), median(raw), OVERHEAD));
  }
  return rows;
}

/** Checks on, against what the slowest image itself takes to become ready and to stop. */
export async function measureChecks({ world, project, rounds, say }: Bench): Promise<Row[]> {
  const [ours, slowest, unchecked]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < rounds; round += 1) {
    const run = await ship(world, project, { containers: true });
    const own = run.record.images.map(
      ({ timings }) => (timings?.healthy ?? timings?.firstSuccess ?? 0) + (timings?.stop ?? 0),
    );
    ours.push(run.seconds);
    slowest.push(Math.max(...own) / 1000);
    unchecked.push((await ship(world, project, { containers: false })).seconds);
    say(`  ship with checks ${seconds(run.seconds)}, slowest image ${seconds(Math.max(...own) / 1000)}`);
  }
  const [all, image, rest] = [median(ours), median(slowest), median(unchecked)];
  const what = 'ship with checks / slowest image ready + stopped';
  return [
    compareSeconds(what, all, image, { ratio: 1.5 }),
    compareSeconds(`the same without the ${String(WATCH)} s watch after healthy`, all - WATCH, image, { ratio: 1.5 }),
    compareSeconds('what the checks add to ship / the same + the watch', all - rest, image + WATCH),
  ];
}

/** A first ship with no facts cached and nothing in the repository, and a second one right after it. */
export async function measureSecondShip({ world, project, rounds, say }: Bench): Promise<Row[]> {
  const [first, second]: [number[], number[]] = [[], []];
  for (let round = 0; round < Math.min(3, rounds); round += 1) {
    const options = { containers: false, place: `again-${String(round)}`, cache: `cache-${String(round)}` };
    first.push((await ship(world, project, options)).seconds);
    second.push((await ship(world, project, options)).seconds);
    say(`  first ${seconds(first.at(-1) ?? 0)}, second ${seconds(second.at(-1) ?? 0)}`);
  }
  const options = { containers: false, place: 'counted', cache: 'cache-counted' };
  const [before, after] = [await countLayers(world, project, options), await countLayers(world, project, options)];
  return [
    compareSeconds('ship again / first ship with an empty fact cache and repository', median(second), median(first)),
    {
      what: 'layer blobs opened by the second ship / by the first',
      ours: String(after),
      reference: String(before),
      ratio: ratio(after, before),
      goal: '0',
      met: after === 0,
    },
  ];
}

async function countLayers(world: World, project: Project, options: { containers: boolean }): Promise<number> {
  const { record, blobs } = await shipCounted(world, project, options);
  const layers = new Set<string>(record.images.flatMap(({ sizes }) => sizes?.layers.map(({ digest }) => digest) ?? []));
  return blobs.filter((digest) => layers.has(digest)).length;
}

/** Programs that a ship starts over those of bake + push. */
export async function measureStarts({ world, project, say }: Bench): Promise<Row[]> {
  const { programs } = await shipCounted(world, project, { containers: false });
  const raw = await bakeAndPush(world, project);
  say(`  ${programs.join('; ')}`);
  const extra = programs.length - raw.programs;
  return [
    {
      what: 'programs started by ship / by bake + push',
      ours: String(programs.length),
      reference: String(raw.programs),
      ratio: `${extra < 0 ? '−' : '+'}${String(Math.abs(extra))}`,
      goal: '≤ +3',
      met: extra <= 3,
    },
  ];
}
