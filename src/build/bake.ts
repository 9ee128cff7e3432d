import { join } from 'node:path';
import { z } from 'zod';
import type { Effects, ProcessResult } from '../model/effects.ts';
import type { EngineInfo } from '../model/engine.ts';
import type { Definition } from './definition.ts';

export interface Solve {
  readonly process: ProcessResult;
  /** `containerimage.digest` of each target; empty when the build failed. */
  readonly announced: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly elapsed: number;
}

export interface SolveOptions {
  readonly buildx: string;
  readonly engine: EngineInfo;
  readonly directory: string;
  readonly secrets: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly deadline?: number | undefined;
  readonly onProgress: (chunk: Uint8Array) => void;
}

const metadata = z.record(z.string(), z.looseObject({ 'containerimage.digest': z.string().optional() }));

/** Runs the one bake that builds every image with the engine's own builder. */
export async function runBake(effects: Effects, definition: Definition, options: SolveOptions): Promise<Solve> {
  const { clock, files, processes, signal } = effects;
  const folder = await files.makeTemporary('build');
  const file = join(folder, 'metadata.json');
  const started = clock.monotonic();
  const lent = await effects.lendCredentials?.();
  try {
    const process = await processes.run(options.buildx, argvOf(definition, file), {
      cwd: options.directory,
      env: { ...options.secrets, ...lent?.env, ...environmentOf(options.engine) },
      input: definition.json,
      signal,
      ...(options.deadline === undefined ? {} : { deadline: options.deadline }),
      onStderr: options.onProgress,
    });
    const elapsed = clock.monotonic() - started;
    return { process, announced: await readAnnounced(files, file), elapsed };
  } finally {
    await files.remove(folder);
    await lent?.end();
  }
}

function argvOf(definition: Definition, metadataFile: string): readonly string[] {
  const allow = definition.allow.flatMap((entitlement) => ['--allow', entitlement]);
  return ['bake', '--file', '-', '--progress', 'rawjson', '--metadata-file', metadataFile, ...allow];
}

/**
 * With DOCKER_HOST set, buildx's builder `default` is the engine's own, whatever builder the user has chosen:
 * the image has to end in the engine that runs it.
 */
function environmentOf(engine: EngineInfo): Readonly<Record<string, string>> {
  return {
    DOCKER_HOST: engine.endpoint,
    DOCKER_CONTEXT: '',
    BUILDX_BUILDER: 'default',
    // the definition says exactly which attestations there are
    BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
    BUILDX_METADATA_PROVENANCE: 'disabled',
  };
}

async function readAnnounced(files: Effects['files'], file: string): Promise<Readonly<Record<string, string>>> {
  if ((await files.stat(file)) === undefined) return {};
  const parsed = metadata.safeParse(JSON.parse(await files.readText(file)));
  if (!parsed.success) return {};
  return Object.fromEntries(
    Object.entries(parsed.data).flatMap(([target, { 'containerimage.digest': digest }]) =>
      digest === undefined ? [] : [[target, digest]],
    ),
  );
}
