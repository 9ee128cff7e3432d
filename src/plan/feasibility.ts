import type { ImageConfig } from '../model/config.ts';
import type { Effects } from '../model/effects.ts';
import type { EngineInfo } from '../model/engine.ts';
import { known, type Fact, type FeasibilityFacts } from '../model/facts.ts';
import type { Plan } from '../model/plan.ts';
import { formatSize } from '../model/size.ts';
import { sourcesOfStage, type Dockerfile } from './dockerfile.ts';
import { findWheels } from './wheels.ts';

/** What is asked of the engine once for all images; undefined when it does not answer. */
export interface EngineFacts {
  readonly info?: EngineInfo;
  readonly freeBytes?: number;
}
/** Compressed bytes of an image in its registry, or why they are not known. */
export type AskBaseSize = Effects['stores']['baseSize'];

/** The engine's platform and the room on its disk; nothing here fails a plan. */
export async function askEngine(effects: Effects): Promise<EngineFacts> {
  try {
    const info = await effects.engine.info();
    const freeBytes = await effects.files.freeBytes(info.rootDirectory).catch(() => undefined);
    return { info, ...(freeBytes === undefined ? {} : { freeBytes }) };
  } catch {
    return {};
  }
}

/** The bases of the built stages with their compressed sizes, the room there is, and platforms that need emulation. */
export async function findFeasibility(
  dockerfile: Dockerfile,
  image: ImageConfig,
  engine: EngineFacts,
  ask: AskBaseSize,
): Promise<Fact<FeasibilityFacts>> {
  const platform = image.platforms[0] ?? engine.info?.platform ?? 'linux/amd64';
  const bases = await Promise.all(
    listBases(dockerfile).map(async ({ reference, line, final, platform: own }) => {
      return { reference, line, final, ...(await ask(reference, own ?? platform)) };
    }),
  );
  return known({
    bases,
    wheels: findWheels(dockerfile),
    emulated: findEmulated(image.platforms, engine.info?.platform),
    ...(engine.freeBytes === undefined ? {} : { freeBytes: engine.freeBytes }),
  });
}

interface Base {
  readonly reference: string;
  readonly line: number;
  readonly final: boolean;
  readonly platform?: string;
}

/** Images that the built stages start from or copy from, each once. */
function listBases(dockerfile: Dockerfile): readonly Base[] {
  const final = rootOf(dockerfile, dockerfile.target);
  const bases = new Map<string, Base>();
  for (const [index, stage] of dockerfile.stages.entries()) {
    if (!stage.reachable || stage.reference === undefined) continue;
    const { reference, line, platform } = stage;
    const isFinal = index === final || bases.get(reference)?.final === true;
    bases.set(reference, { reference, line, final: isFinal, ...(platform === undefined ? {} : { platform }) });
  }
  for (const instruction of dockerfile.instructions) {
    if (dockerfile.stages[instruction.stage]?.reachable !== true) continue;
    for (const reference of sourcesOfStage(instruction)) {
      if (bases.has(reference) || !isImageReference(reference, dockerfile)) continue;
      bases.set(reference, { reference, line: instruction.line, final: false });
    }
  }
  return [...bases.values()];
}

function rootOf(dockerfile: Dockerfile, stage: number): number {
  let index = stage;
  for (let parent = dockerfile.parents[index]; parent !== undefined; parent = dockerfile.parents[index]) index = parent;
  return index;
}

/** Neither a stage's name nor its number, and nothing that is filled in only by the build. */
function isImageReference(name: string, dockerfile: Dockerfile): boolean {
  if (name === '' || name === 'scratch' || name.includes('$') || /^\d+$/.test(name)) return false;
  return !dockerfile.stages.some((stage) => stage.name === name.toLowerCase());
}

function findEmulated(platforms: readonly string[], own: string | undefined): readonly string[] {
  if (own === undefined) return [];
  return platforms.filter((platform) => normalizePlatform(platform) !== normalizePlatform(own));
}

/** Variants of one architecture run on each other or are its default. */
function normalizePlatform(platform: string): string {
  const [os = '', architecture = ''] = platform.toLowerCase().split('/');
  return `${os}/${architecture.replace(/^x86_64$/, 'amd64').replace(/^aarch64$/, 'arm64')}`;
}

/**
 * A warning when the engine's disk cannot even hold the compressed bases, or undefined. A warning only: the builder may
 * have their layers already, which nobody can ask cheaply.
 */
export function describeDiskShortage(plan: Plan): string | undefined {
  const needed = new Map<string, number>();
  let free: number | undefined;
  for (const { feasibility } of plan.images) {
    if (feasibility.state !== 'known') continue;
    free = feasibility.value.freeBytes ?? free;
    for (const { reference, bytes } of feasibility.value.bases) if (bytes !== undefined) needed.set(reference, bytes);
  }
  const total = [...needed.values()].reduce((sum, bytes) => sum + bytes, 0);
  if (free === undefined || total <= free) return undefined;
  const bases = `the base images are at least ${formatSize(total)} to download (${[...needed.keys()].join(', ')})`;
  return `${bases}, ${formatSize(free)} are free where the engine keeps its data: the build fails unless it has them already`;
}

/** Asks each base once, however many images start from it. */
export function askOnce(ask: AskBaseSize): AskBaseSize {
  const asked = new Map<string, ReturnType<AskBaseSize>>();
  return async (reference, platform) => {
    const key = JSON.stringify([reference, platform]);
    const answer = asked.get(key) ?? ask(reference, platform);
    asked.set(key, answer);
    return await answer;
  };
}
