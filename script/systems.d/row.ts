import { z } from 'zod';
import type { ImageRecord, OutcomeRecord, RunRecord } from '../../src/model/record.ts';
import { showBytes } from './show.ts';

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
  /** From an engine without any image or cache: until built, and until its stack was proven. */
  empty: z.object({ built: z.number(), proven: z.number() }).optional(),
  /** The document's own builder with its compiler: its base, what the compiler adds, and all of it. */
  compiled: z.object({ base: z.number(), compiler: z.number(), all: z.number() }).optional(),
});
export type Builds = z.infer<typeof buildsSchema>;

/** Records of all systems by name and measured builds, as far as they were run. */
export interface Records {
  readonly runs: ReadonlyMap<string, RunRecord>;
  readonly builds: readonly Builds[];
}

/** Built, enforced, measured, published, or no part of a pipeline. */
export type Kind = 'B' | 'E' | 'M' | 'M/E' | 'E/M' | 'P' | 'O';

export type Source = (record: RunRecord, records: Records) => Seen;

/** One requirement of a document. */
export interface Row {
  readonly id: string;
  readonly kind: Kind;
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

/** The build context of an image, against a limit in bytes. */
export function context(image: string, limit: number): Source {
  return (record) => {
    const { bytes } = findImage(record, image)?.context ?? {};
    if (bytes === undefined) return { where: image, value: 'not run' };
    return { where: `context, ${image}`, value: `${showBytes(bytes)} of ${showBytes(limit)}`, met: bytes <= limit };
  };
}

/** A part that this page was written without, and why. */
export function unseen(what: string): Source {
  return () => ({ where: '', value: `not run: ${what}` });
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
