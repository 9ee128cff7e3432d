import { parseDockerfile } from '../../src/plan/dockerfile.ts';
import type { ContextFacts, DockerfileFacts, FeasibilityFacts } from '../../src/model/facts.ts';

/** Facts of a Dockerfile's text, nothing missing unless said. */
export function dockerfileFacts(text: string, change: Partial<DockerfileFacts> = {}): DockerfileFacts {
  const parsed = parseDockerfile(text, { args: {} });
  if ('problem' in parsed) throw new Error(parsed.problem);
  const { stages, instructions } = parsed;
  return { file: 'Dockerfile', stages, instructions, missingSources: [], ...change };
}

export function contextFacts(change: Partial<ContextFacts> = {}): ContextFacts {
  return {
    directory: '.',
    bytes: 1000,
    files: 3,
    wholeBytes: 2000,
    largest: [],
    unwanted: [],
    credentials: [],
    ...change,
  };
}

export function feasibilityFacts(change: Partial<FeasibilityFacts> = {}): FeasibilityFacts {
  return { bases: [], wheels: [], emulated: [], ...change };
}
