export interface Variable {
  readonly name: string;
  readonly value: string;
}

/** The variables of an image's Env, the last of a name winning; entries without `=` have no value. */
export function readVariables(env: readonly string[]): readonly Variable[] {
  const values = new Map<string, string>();
  for (const entry of env) {
    const at = entry.indexOf('=');
    values.set(at < 0 ? entry : entry.slice(0, at), at < 0 ? '' : entry.slice(at + 1));
  }
  return [...values].map(([name, value]) => ({ name, value }));
}
