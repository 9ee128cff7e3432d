import type { Builds, Source } from './row.ts';
import { showBytes, showSeconds, showShare } from './show.ts';

const BENCH = '`script/bench systems`';

/** How long the builds took, against a limit in seconds. */
export function buildTime(limit: number): Source {
  return (record) => {
    const elapsed = record.timeline?.find(({ stage }) => stage === 'build')?.elapsed;
    if (elapsed === undefined) return { where: 'build', value: 'not run' };
    const steps = record.images.reduce((sum, each) => sum + (each.build?.steps ?? 0), 0);
    const cached = record.images.reduce((sum, each) => sum + (each.build?.cached ?? 0), 0);
    const value = `${showSeconds(elapsed)} of ${String(limit)} s, ${String(cached)} of ${String(steps)} steps cached`;
    return { where: 'build', value, met: elapsed <= limit * 1000 };
  };
}

interface Parts {
  readonly code: number;
  readonly dependencies: number;
}

/** Builds cold, after a change of code and of dependencies; `parts`: the most of the cold build that each may take; `seconds`: the most that a cold and an unchanged one may take. */
export function ratios(
  system: string,
  { parts, seconds }: { readonly parts?: Parts; readonly seconds?: { readonly cold: number; readonly warm: number } },
): Source {
  return (_, { builds }) => {
    const found = builds.find((each) => each.system === system);
    if (found === undefined) return { where: BENCH, value: 'not run' };
    const { cold, warm, code, dependencies } = found;
    const part = (taken: number): string => `${showSeconds(taken * 1000)} (${(taken / cold).toFixed(2)} ×)`;
    const value = `cold ${showSeconds(cold * 1000)}, unchanged ${part(warm)}, code ${part(code)}, dependencies ${part(dependencies)}`;
    const inParts = parts === undefined || (code <= parts.code * cold && dependencies <= parts.dependencies * cold);
    const inSeconds = seconds === undefined || (cold <= seconds.cold && warm <= seconds.warm);
    return { where: BENCH, value, met: inParts && inSeconds };
  };
}

/** The image beside the document's own builder; `least`: the part by which it has to be smaller. */
export function besideCompiler(system: string, least: number): Source {
  return (_, { builds }) => {
    const found = builds.find((each) => each.system === system);
    const value = found === undefined ? undefined : describeCompiled(found, least);
    if (found?.compiled === undefined || value === undefined) return { where: BENCH, value: 'not run' };
    return { where: BENCH, value, met: found.unpacked <= (1 - least) * found.compiled.all };
  };
}

/** How much smaller the image is than builders with and without a compiler, and what could be; undefined where none was built. */
export function describeCompiled({ unpacked, builder, compiled }: Builds, least: number): string | undefined {
  if (compiled === undefined) return undefined;
  return [
    `image ${showBytes(unpacked)}, the document’s builder with its compiler ${showBytes(compiled.all)}: ${showShare(unpacked, compiled.all)}`,
    `our builder, which has none, ${showBytes(builder)}: ${showShare(unpacked, builder)}`,
    describeRoom(compiled, least),
  ].join('; ');
}

/** Packages weigh the same on both sides, so base and compiler alone say how many of them there may be at most. */
function describeRoom({ base, compiler }: { readonly base: number; readonly compiler: number }, least: number): string {
  const share = Math.round((100 * base) / (base + compiler));
  const wanted = Math.round(100 * least);
  const parts = `base ${showBytes(base)}, compiler ${showBytes(compiler)}`;
  const room = ((1 - least) * (base + compiler) - base) / least;
  return room <= 0
    ? `${parts}: the base alone is ${String(share)} % of both, so ${String(wanted)} % is impossible with any package`
    : `${parts}: ${String(wanted)} % leaves ${showBytes(Math.round(room))} to the packages`;
}
