import { z } from 'zod';
import { isDigest, type Digest } from '../model/digest.ts';
import type { HistoryEntry, ImageHealthcheck, ImageRuntimeConfig, Platform } from '../model/image.ts';
import { parseStored } from './manifest.ts';

// Go writes empty slices, maps and pointers as null: every such field reads as empty.
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const texts = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? []);
const keys = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((value) => Object.keys(value ?? {}));
const nanoseconds = z
  .number()
  .nullish()
  .transform((value) => value ?? 0);

const HEALTHCHECK = z.object({
  Test: texts,
  Interval: nanoseconds,
  Timeout: nanoseconds,
  StartPeriod: nanoseconds,
  StartInterval: nanoseconds,
  Retries: nanoseconds,
});
const RUNTIME = z.object({
  User: text,
  Entrypoint: texts,
  Cmd: texts,
  Env: texts,
  Labels: z
    .record(z.string(), z.string())
    .nullish()
    .transform((value) => value ?? {}),
  WorkingDir: text,
  ExposedPorts: keys,
  Volumes: keys,
  StopSignal: text,
  Healthcheck: HEALTHCHECK.nullish(),
  Shell: texts,
  OnBuild: texts,
});
const HISTORY = z.object({
  created_by: text,
  comment: text,
  created: z.string().nullish(),
  empty_layer: z
    .boolean()
    .nullish()
    .transform((value) => value ?? false),
});
const CONFIG = z.object({
  os: z.string(),
  architecture: z.string(),
  variant: text,
  created: z.string().nullish(),
  config: RUNTIME.nullish(),
  rootfs: z.object({
    type: z.literal('layers'),
    diff_ids: z
      .array(z.string().refine(isDigest, 'is not a sha256 digest'))
      .nullish()
      .transform((value) => value ?? []),
  }),
  history: z
    .array(HISTORY)
    .nullish()
    .transform((value) => value ?? []),
});

/** What an image's config blob says, in this program's words. */
export interface ParsedConfigBlob {
  readonly platform: Platform;
  readonly config: ImageRuntimeConfig;
  readonly diffIds: readonly Digest[];
  readonly history: readonly HistoryEntry[];
  readonly created?: string;
}

/** Parses a config blob (OCI image spec "config", and the Docker fields Healthcheck and Shell). */
export function parseConfigBlob(bytes: Uint8Array, digest: Digest): ParsedConfigBlob {
  const parsed = parseStored(CONFIG, bytes, `config ${digest}`);
  return {
    platform: {
      os: parsed.os,
      architecture: parsed.architecture,
      ...(parsed.variant === '' ? {} : { variant: parsed.variant }),
    },
    config: runtimeOf(parsed.config ?? RUNTIME.parse({})),
    diffIds: parsed.rootfs.diff_ids,
    ...(typeof parsed.created === 'string' ? { created: parsed.created } : {}),
    history: parsed.history.map((entry) => ({
      instruction: entry.created_by,
      empty: entry.empty_layer,
      ...(typeof entry.created === 'string' ? { created: entry.created } : {}),
    })),
  };
}

function runtimeOf(parsed: z.infer<typeof RUNTIME>): ImageRuntimeConfig {
  const check = parsed.Healthcheck;
  return {
    user: parsed.User,
    entrypoint: parsed.Entrypoint,
    command: parsed.Cmd,
    env: parsed.Env,
    labels: parsed.Labels,
    workingDirectory: parsed.WorkingDir,
    exposedPorts: parsed.ExposedPorts,
    volumes: parsed.Volumes,
    stopSignal: parsed.StopSignal,
    ...(check === undefined || check === null ? {} : { healthcheck: healthcheckOf(check) }),
    shell: parsed.Shell,
    ...(parsed.OnBuild.length === 0 ? {} : { onBuild: parsed.OnBuild }),
  };
}

/** Engine defaults for what the image leaves at zero (moby daemon/health.go: 30 s, 30 s, 0, 5 s, 3 tries). */
function healthcheckOf(parsed: z.infer<typeof HEALTHCHECK>): ImageHealthcheck {
  const milliseconds = (value: number, standard: number) => (value === 0 ? standard : value / 1e6);
  return {
    test: parsed.Test,
    interval: milliseconds(parsed.Interval, 30_000),
    timeout: milliseconds(parsed.Timeout, 30_000),
    startPeriod: milliseconds(parsed.StartPeriod, 0),
    startInterval: milliseconds(parsed.StartInterval, 5000),
    retries: parsed.Retries === 0 ? 3 : parsed.Retries,
  };
}
