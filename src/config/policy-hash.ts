import { createHash } from 'node:crypto';
import type { Config, ImageConfig } from '../model/config.ts';
import type { StackConfig } from '../model/stack-config.ts';
import { RULE_SET_VERSION } from '../model/version.ts';

/**
 * The policy an image is judged by, as 64 hex digits: SHA-256 over canonical JSON of its effective configuration,
 * the rule entries, the waivers that apply to it and the version of the rule set. Where something is written does not count.
 */
export function policyHash(image: ImageConfig, config: Config): string {
  const waivers = config.waivers.filter((waiver) => waiver.image === undefined || waiver.image === image.name);
  const policy = {
    image: {
      ...image,
      places: undefined,
      http: image.http.map(withoutPlace),
      run: image.run.map(withoutPlace),
      // When it is tried is no part of what it is judged by.
      gpu: image.gpu && { ...image.gpu, pullRequests: undefined, phases: image.gpu.phases.map(withoutPlace) },
    },
    rules: Object.fromEntries(Object.entries(config.rules).map(([id, entry]) => [id, withoutPlace(entry)])),
    stack: config.stack && stackPolicy(config.stack),
    waivers: waivers.map((waiver) => canonicalJson(withoutPlace(waiver))).sort(),
    informational: config.informational,
    ruleSet: RULE_SET_VERSION,
  };
  return createHash('sha256').update(canonicalJson(policy)).digest('hex');
}

function stackPolicy(stack: StackConfig): object {
  const { files, http, run, denyLogs, survivesRestart } = stack;
  return {
    ...stack,
    places: undefined,
    files: files.map(({ path }) => path),
    http: http.map(withoutPlace),
    run: run.map(withoutPlace),
    denyLogs: denyLogs.map(withoutPlace),
    survivesRestart: survivesRestart && {
      write: survivesRestart.write.map(withoutPlace),
      read: survivesRestart.read.map(withoutPlace),
    },
  };
}

function withoutPlace(part: { readonly place: unknown }): object {
  return { ...part, place: undefined };
}

/** JSON with sorted keys; sets are sorted lists, regular expressions their source and flags. */
export function canonicalJson(value: unknown): string {
  if (value instanceof RegExp) return canonicalJson({ regex: value.source, flags: value.flags });
  if (value instanceof Set) return `[${[...value].map(canonicalJson).sort().join(',')}]`;
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) return canonicalObject(value);
  if (typeof value === 'bigint') return `${String(value)}n`;
  return value === undefined ? 'null' : JSON.stringify(value);
}

function canonicalObject(value: object): string {
  const entries = Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonicalJson(part)}`).join(',')}}`;
}
