import { z } from 'zod';

const printed = z.looseObject({ services: z.record(z.string(), z.record(z.string(), z.unknown())) });

/** Keys that mean nothing where a stack runs apart: what it is built from, and what ties it to one host. */
export const HOST_KEYS: ReadonlySet<string> = new Set(['build', 'container_name', 'ports', 'profiles']);

/** What compose and the engine say when a registry or the way to it is at fault: a retry is safe. */
export const NETWORK_TROUBLE =
  /i\/o timeout|connection refused|no such host|TLS handshake|connection reset|temporary failure|context deadline/i;

/** Variables named in compose's warnings "The "X" variable is not set". */
export function findUnsetVariables(stderr: string): readonly string[] {
  const names = [...stderr.matchAll(/The \\?"([A-Za-z_]\w*)\\?" variable is not set/g)].map((match) => match[1] ?? '');
  return [...new Set(names)];
}

/**
 * Those of the variables that the services really use; `$$X` is not a use.
 * `raw` is the model printed with `--no-interpolate`, which names every service of the file whatever was asked for.
 */
export function findUsedVariables(
  raw: string,
  services: readonly string[],
  names: readonly string[],
  ignored: ReadonlySet<string>,
): readonly string[] {
  const parsed = printed.safeParse(parseJson(raw));
  if (!parsed.success) return names;
  const relevant = Object.entries(parsed.data.services)
    .filter(([name]) => services.includes(name))
    .map(([, entry]) => Object.entries(entry).filter(([key]) => !ignored.has(key)));
  const text = JSON.stringify(relevant).replaceAll('$$', '');
  return names.filter((name) => usesOf(name).test(text));
}

/** A use of the variable in a text where `$$` was taken away. */
export function usesOf(name: string): RegExp {
  return new RegExp(`\\$(?:\\{${name}(?=[}:?+-])|${name}(?!\\w))`);
}

/** Undefined for a text that is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
