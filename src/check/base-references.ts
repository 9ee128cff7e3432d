import type { DockerfileFacts, DockerfileInstruction } from '../model/facts.ts';

/** An image of somebody else that the build takes files from. */
export interface BaseReference {
  /** As the build resolves it, arguments filled in. */
  readonly reference: string;
  readonly line: number;
  /** The image itself starts from it; the others only lend files. */
  readonly use: 'FROM' | 'COPY --from' | 'RUN --mount';
}

/** Every foreign image that the built stages name; stage aliases, `scratch` and what cannot be known before the build are none. */
export function findBases(facts: DockerfileFacts): readonly BaseReference[] {
  const bases = facts.stages.flatMap(({ reference, reachable, line }): BaseReference[] =>
    reference === undefined || !reachable || reference.toLowerCase() === 'scratch'
      ? []
      : [{ reference, line, use: 'FROM' }],
  );
  const names = new Set(facts.stages.flatMap(({ name }) => (name === undefined ? [] : [name.toLowerCase()])));
  const lent = facts.instructions
    .filter(({ stage }) => facts.stages[stage]?.reachable === true)
    .flatMap(findLent)
    .filter(({ reference }) => !names.has(reference.toLowerCase()) && !/^\d+$/.test(reference));
  return [...bases, ...lent.filter(({ reference }) => reference !== 'scratch' && !reference.includes('$'))];
}

function findLent({ keyword, text, line }: DockerfileInstruction): BaseReference[] {
  const flags = /^(?:--[a-z-]+(?:=\S*)?\s+)*/.exec(text)?.[0] ?? '';
  if (keyword === 'COPY' || keyword === 'ADD') {
    const from = /--from=(\S+)/.exec(flags)?.[1];
    return from === undefined ? [] : [{ reference: from, line, use: 'COPY --from' }];
  }
  if (keyword !== 'RUN') return [];
  return [...flags.matchAll(/--mount=\S*?\bfrom=([^,\s]+)/g)].map(([, from = '']) => ({
    reference: from,
    line,
    use: 'RUN --mount' as const,
  }));
}

/** A reference taken apart (distribution reference grammar): a colon behind the last slash starts the tag, `@` the digest. */
export function splitReference(reference: string): {
  readonly name: string;
  readonly tag?: string;
  readonly digest?: string;
} {
  const [named = '', digest] = reference.split('@', 2);
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  return {
    name: colon < 0 ? named : named.slice(0, colon),
    ...(colon < 0 ? {} : { tag: named.slice(colon + 1) }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** The name with Docker Hub's defaults written out: `python` is `docker.io/library/python`. */
export function fullName(name: string): string {
  const [first = '', ...rest] = name.split('/');
  const host = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  if (host) return name.replace(/^(?:index|registry-1)\.docker\.io\//, 'docker.io/');
  return rest.length > 0 ? `docker.io/${name}` : `docker.io/library/${name}`;
}
