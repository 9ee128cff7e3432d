/** What the name of a BuildKit vertex says: `[api base 2/5] RUN make`. */
export interface StepName {
  /** Bake target; absent when only one is built, since buildx adds no prefix then. */
  readonly target?: string;
  /** `base 2/5`, `internal`, or empty. */
  readonly position: string;
  readonly text: string;
}

/** Splits a vertex name; `targets` are those of a bake with more than one target, empty otherwise. */
export function parseStepName(name: string, targets: readonly string[]): StepName {
  const bracket = /^\[([^\]]*)\]\s*/.exec(name);
  if (bracket === null) return { position: '', text: name };
  const text = name.slice(bracket[0].length);
  const words = (bracket[1] ?? '').split(' ').filter((word) => word !== '');
  const [first, ...rest] = words;
  if (first !== undefined && targets.includes(first)) return { target: first, position: rest.join(' '), text };
  return { position: words.join(' '), text };
}

/** Secret ids that a RUN step mounts (Dockerfile reference, `RUN --mount=type=secret`: the id, else the base name of the target). */
export function secretMounts(text: string): readonly string[] {
  const ids: string[] = [];
  for (const [, options = ''] of text.matchAll(/--mount=(\S+)/g)) {
    const pairs = new Map(options.replace(/^"|"$/g, '').split(',').map(splitPair));
    if (pairs.get('type') !== 'secret') continue;
    const target = pairs.get('target') ?? pairs.get('dst') ?? pairs.get('destination');
    const id = pairs.get('id') ?? pairs.get('source') ?? pairs.get('src') ?? target?.split('/').at(-1);
    if (id !== undefined) ids.push(id);
  }
  return ids;
}

function splitPair(option: string): readonly [string, string] {
  const equals = option.indexOf('=');
  return equals === -1 ? [option, ''] : [option.slice(0, equals), option.slice(equals + 1)];
}

/** Arguments with values shorter than this say nothing and would be found everywhere. */
const SHORTEST_ARGUMENT = 3;

/** Puts `$NAME` back where BuildKit wrote the value of a build argument into a step's name: values are not echoed. */
export function restoreArguments(text: string, args: Readonly<Record<string, string>>): string {
  const known = Object.entries(args).filter(([, value]) => value.length >= SHORTEST_ARGUMENT);
  known.sort(([, a], [, b]) => b.length - a.length);
  return known.reduce((restored, [name, value]) => restored.replaceAll(value, `$${name}`), text);
}
