import { z } from 'zod';
import type { ImageRecord, OutcomeRecord, RunRecord } from '../../src/model/record.ts';
import { showBytes, showSeconds, showShare } from './show.ts';

/** What one place of the records says about a requirement. */
export interface Seen {
  /** Where it stands: rule and image, or stage. */
  readonly where: string;
  readonly value: string;
  /** Absent: a value without a verdict of its own. */
  readonly met?: boolean;
}

/** Seconds of one image's builds, and bytes, as `script/bench systems` keeps them. */
export const buildsSchema = z.object({
  system: z.string(),
  cold: z.number(),
  warm: z.number(),
  code: z.number(),
  dependencies: z.number(),
  unpacked: z.number(),
  builder: z.number(),
});
export type Builds = z.infer<typeof buildsSchema>;

/** Records of all systems by name and measured builds, as far as they were run. */
export interface Records {
  readonly runs: ReadonlyMap<string, RunRecord>;
  readonly builds: readonly Builds[];
}

export type Source = (record: RunRecord, records: Records) => Seen;

/** One requirement of a document. */
export interface Row {
  readonly id: string;
  readonly requirement: string;
  readonly sources: readonly Source[];
  /** What to do instead, where no pipeline can do it. */
  readonly outside?: string;
  /** The number depends on the base images. */
  readonly ofBase?: boolean;
  /** Why the number cannot be reached: then a failed rule is the evidence. */
  readonly unreachable?: string;
}

export interface System {
  readonly name: string;
  readonly title: string;
  readonly rows: readonly Row[];
}

/** What a rule said of an image, or of the stack. */
export function rule(id: string, image = 'stack'): Source {
  return (record) => {
    const judged = image === 'stack' ? record.stack : findImage(record, image);
    const outcome = judged?.outcomes.find((each) => each.rule === id);
    return { where: `\`${id}\`, ${image}`, ...describeOutcome(outcome) };
  };
}

function describeOutcome(outcome: OutcomeRecord | undefined): Omit<Seen, 'where'> {
  if (outcome === undefined) return { value: 'not run' };
  const said = outcome.seen ?? outcome.findings[0]?.message ?? outcome.reason ?? '';
  if (outcome.status === 'passed') return { value: said === '' ? 'passed' : said, met: true };
  if (outcome.status === 'skipped') return { value: `skipped: ${said}` };
  return { value: said, met: false };
}

/** A command or request inside the running stack whose description matches. */
export function probe(what: RegExp): Source {
  return (record) => {
    const found = record.stack?.run?.probes.find((each) => what.test(each.what));
    if (found === undefined) return { where: 'the stack', value: 'not run' };
    const time = found.elapsed === undefined ? '' : `, ${showSeconds(found.elapsed)}`;
    return { where: 'the stack', value: `${found.what}${time}`, met: found.met };
  };
}

/** All images of the record were built. */
export function built(...images: readonly string[]): Source {
  return (record) => {
    const done = images.filter((name) => findImage(record, name)?.status === 'built');
    return {
      where: 'build',
      value: `${String(done.length)} of ${String(images.length)}: ${images.join(', ')}`,
      met: done.length === images.length,
    };
  };
}

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

/** Builds cold, after a change of code and of dependencies; `parts`: the most of the cold build that each may take. */
export function ratios(system: string, parts?: { readonly code: number; readonly dependencies: number }): Source {
  return (_, { builds }) => {
    const found = builds.find((each) => each.system === system);
    if (found === undefined) return { where: '`script/bench systems`', value: 'not run' };
    const { cold, warm, code, dependencies } = found;
    const part = (seconds: number): string => `${showSeconds(seconds * 1000)} (${(seconds / cold).toFixed(2)} ×)`;
    const value = `cold ${showSeconds(cold * 1000)}, unchanged ${part(warm)}, code ${part(code)}, dependencies ${part(dependencies)}`;
    const met =
      parts === undefined ? {} : { met: code <= parts.code * cold && dependencies <= parts.dependencies * cold };
    return { where: '`script/bench systems`', value, ...met };
  };
}

/** The image beside its builder stage; `least`: the part by which it has to be smaller. */
export function besideBuilder(system: string, least: number): Source {
  return (_, { builds }) => {
    const found = builds.find((each) => each.system === system);
    if (found === undefined) return { where: '`script/bench systems`', value: 'not run' };
    const { unpacked, builder } = found;
    const value = `image ${showBytes(unpacked)}, builder stage ${showBytes(builder)}: ${showShare(unpacked, builder)}`;
    return { where: '`script/bench systems`', value, met: unpacked <= (1 - least) * builder };
  };
}

/** Digests and tags as published. */
export function published(): Source {
  return (record) => {
    const done = record.images.filter((each) => each.published !== undefined);
    const tags = done.reduce((sum, each) => sum + (each.published?.tags.length ?? 0), 0);
    if (done.length === 0) return { where: 'publish', value: 'not run' };
    const where = record.publish.target?.replace(/:.*/, '') ?? 'a registry';
    const value = `${String(done.length)} of ${String(record.images.length)} by digest, ${String(tags)} tags, to ${where}`;
    return { where: 'publish', value, met: done.length === record.images.length };
  };
}

/** Memory of the stack's services, idle and under the declared requests. */
export function memory(limits?: { readonly idle: number; readonly active: number }): Source {
  return (record) => {
    const services = record.stack?.run?.services ?? [];
    const idle = services.reduce((sum, each) => sum + (each.memory.idle ?? 0), 0);
    const active = services.reduce((sum, each) => sum + (each.memory.active ?? each.memory.idle ?? 0), 0);
    if (idle === 0) return { where: 'the stack', value: 'not run' };
    const each = services
      .filter((service) => service.memory.idle !== undefined)
      .map((service) => `${service.name} ${showBytes(service.memory.idle ?? 0)}`);
    const value = `idle ${showBytes(idle)} (${each.join(', ')}), active ${showBytes(active)}`;
    const met = limits === undefined ? {} : { met: idle <= limits.idle && active <= limits.active };
    return { where: 'the stack', value, ...met };
  };
}

/** Unpacked bytes of each of an image's own layers. */
export function layers(image: string): Source {
  return (record) => {
    const own = findImage(record, image)?.sizes?.layers ?? [];
    if (own.length === 0) return { where: image, value: 'not run' };
    const base = own.filter((each) => each.base).reduce((sum, each) => sum + each.unpacked, 0);
    const large = own.filter((each) => !each.base && each.unpacked > 500_000).map((each) => showBytes(each.unpacked));
    return { where: `layers, ${image}`, value: `base ${showBytes(base)}, then ${large.join(', ')}` };
  };
}

/** What the record's notes about the stack say; no verdict. */
export function stackNote(what: RegExp): Source {
  return (record) => {
    const found = record.stack?.run?.notes.find((note) => what.test(note));
    return found === undefined ? { where: 'the stack', value: 'not run' } : { where: 'the stack', value: found };
  };
}

/** The same, read in the record of another run. */
export function within(name: string, source: Source): Source {
  return (_, records) => {
    const other = records.runs.get(name);
    return other === undefined ? { where: name, value: 'not run' } : source(other, records);
  };
}

/** What the GPU stage says of an image. */
export function gpu(image: string): Source {
  return (record) => {
    const outcomes = findImage(record, image)?.outcomes.filter((each) => each.rule.startsWith('gpu.')) ?? [];
    const failed = outcomes.find(({ status }) => status === 'failed' || status === 'undecided');
    if (failed !== undefined) return { where: `\`${failed.rule}\`, ${image}`, ...describeOutcome(failed) };
    const passed = outcomes.filter(({ status }) => status === 'passed');
    if (passed.length === 0) return { where: `gpu, ${image}`, value: 'not run: it needs a GPU machine' };
    return { where: `gpu, ${image}`, value: passed.map((each) => each.seen ?? each.rule).join('; '), met: true };
  };
}

/** Whether any base of this record is a stand-in: builds then start from a registry on loopback. */
export function hasStandIns(record: RunRecord): boolean {
  const steps = record.images.flatMap((each) => each.build?.timeline ?? []);
  return steps.some(({ name }) => /FROM (?:127\.0\.0\.1|localhost)(?::\d+)?\//.test(name));
}

function findImage(record: RunRecord, name: string): ImageRecord | undefined {
  return record.images.find((each) => each.name === name);
}
