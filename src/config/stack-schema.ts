import { z } from 'zod';
import type { StackConfig } from '../model/config.ts';
import { partAt, valuePlaceAt } from './located.ts';
import type { Located } from './located.ts';
import { parseEnvValue } from './sources.ts';
import { expectMap, pathValue, quotedText, variableName } from './values.ts';

const FILES = 'a list of compose files, such as [docker-compose.yml]';
const PROFILE = 'the name of a compose profile';

/** `stack:`, the services that belong together, as compose files describe them. */
export const stackSchema = z.strictObject(
  {
    files: z
      .array(pathValue, { error: FILES })
      .min(1, { error: FILES })
      .meta({ description: 'Compose files, later ones override earlier ones. Rules compose.*' }),
    profiles: z
      .array(z.string({ error: PROFILE }).regex(/^[a-zA-Z0-9][\w.-]*$/, { error: PROFILE }), {
        error: 'a list of compose profiles',
      })
      .optional()
      .meta({ description: 'Profiles that are active.', usual: 'none' }),
    env: z
      .record(variableName, quotedText, { error: 'a map of variables and texts' })
      .optional()
      .meta({ description: 'What the compose files interpolate: literal test values, or env.NAME.' }),
  },
  { error: expectMap('a map such as { files: [docker-compose.yml] }') },
);

/** The stack with the places of what was written; the input has passed every check. */
export function resolveStack(parsed: z.output<typeof stackSchema>, root: Located): StackConfig {
  const written = partAt(root, ['stack']);
  const keys = written?.kind === 'map' ? [...written.entries] : [];
  return {
    files: parsed.files.map((path, index) => ({ path, place: valuePlaceAt(root, ['stack', 'files', index]) })),
    profiles: parsed.profiles ?? [],
    env: Object.fromEntries(Object.entries(parsed.env ?? {}).map(([name, text]) => [name, parseEnvValue(text)])),
    written: new Set(keys.map(([key]) => `stack.${key}`)),
    places: Object.fromEntries(keys.map(([key, { keyPlace }]) => [`stack.${key}`, keyPlace])),
  };
}
