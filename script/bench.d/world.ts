import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { engineName, keptName } from '../../src/build/names.ts';
import { runChild } from './child.ts';
import { startRegistry } from './registry.ts';

/** Folder of the generated project in a world's own. */
export const PROJECT = 'project';

/** Where one bench happens: a folder, a registry and names in the engine that are all its own. */
export interface World {
  readonly folder: string;
  readonly registry: string;
  /** Path of the buildx program itself. */
  readonly buildx: string;
  /** Last part of the names this run gives in the engine. */
  readonly tag: string;
  readonly signal: AbortSignal;
}

/** Opens a world, uses it, and removes all of it whatever happens. */
export async function withWorld<T>(signal: AbortSignal, use: (world: World) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
  try {
    const registry = await startRegistry(folder);
    try {
      await mkdir(join(folder, 'cache'));
      const tag = basename(folder).toLowerCase();
      return await use({ folder, registry: registry.host, buildx: await findBuildx(), tag, signal });
    } finally {
      await removeNames(registry.host, folder);
      await registry.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function findBuildx(): Promise<string> {
  const format = '{{range .ClientInfo.Plugins}}{{if eq .Name "buildx"}}{{.Path}}{{end}}{{end}}';
  const path = (await runChild('docker', ['info', '--format', format])).stdout.trim();
  if (path === '') throw new Error('docker has no buildx plugin');
  return path;
}

/** Takes every name away that points to our registry, whose port was ours alone, and what the tool kept for a next build of our project. */
async function removeNames(host: string, folder: string): Promise<void> {
  const kept = keptName(engineName(await realpath(join(folder, PROJECT)).catch(() => folder), '*', ''));
  const lists = await Promise.all(
    [`${host}/*/*`, kept].map((pattern) =>
      runChild('docker', ['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', '--filter', `reference=${pattern}`]),
    ),
  );
  const names = lists.flatMap(({ stdout }) => stdout.split('\n')).filter((name) => name !== '');
  if (names.length > 0) await runChild('docker', ['image', 'rm', ...new Set(names)]);
}
