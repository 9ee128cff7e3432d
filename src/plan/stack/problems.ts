import { dirname, join, relative } from 'node:path';
import { partAt, type Located } from '../../config/located.ts';
import type { ComposeService } from '../../model/compose-facts.ts';
import { usesOf } from '../../model/compose-text.ts';
import type { Effects } from '../../model/effects.ts';
import type { Place } from '../../model/place.ts';
import type { StackConfig } from '../../model/stack-config.ts';
import type { Finding } from '../../model/verdict.ts';
import type { ComposeSources } from './sources.ts';

/** What compose refuses to read, in one sentence with its place; undefined for refusals of another kind. */
export function explainRefusal(said: string, sources: ComposeSources, directory: string): Finding | undefined {
  const [, path] = /env file (.+?) not found/.exec(said) ?? [];
  if (path !== undefined) return findMissingEnvFile(path, sources, directory);
  const [, variable, why = ''] = /required variable (\w+) is missing a value(?:: (.*))?/.exec(said) ?? [];
  if (variable !== undefined) return findUnset(variable, sources, why === '' ? '' : ` ("${why.trim()}")`);
  const [, file] = /(?:open|stat) (\S+): no such file or directory/.exec(said) ?? [];
  return file === undefined
    ? undefined
    : {
        message: `the stack includes or extends ${relative(directory, file)}, which does not exist`,
        ...placed(findText(sources, (text, from) => join(dirname(from), text) === file)),
        remedy: 'Correct the path, or add the file.',
      };
}

function findMissingEnvFile(path: string, sources: ComposeSources, directory: string): Finding {
  return {
    message: `the env file ${relative(directory, path)} does not exist`,
    ...placed(findText(sources, (text, from) => join(dirname(from), text) === path)),
    remedy:
      'Give what it holds as `environment` with variables that stack.env sets, or write it as { path: …, required: false }.',
  };
}

/** A variable that the stack uses and nobody set. */
export function findUnset(name: string, sources: ComposeSources, why = ''): Finding {
  const use = usesOf(name);
  return {
    message: `the variable ${name} is not set${why}`,
    ...placed(findText(sources, (text) => use.test(text.replaceAll('$$', '')))),
    remedy: `Set it under stack.env, ${name}: env.${name} or a literal test value, or give it a default, \${${name}:-…}.`,
  };
}

/** Variables that `stack.env` takes from a place where there is none. */
export function findUnsetSources(stack: StackConfig, env: Effects['env']): readonly Finding[] {
  return Object.entries(stack.env).flatMap(([name, value]) => {
    if (value.from !== 'env' || env[value.name] !== undefined) return [];
    const place = stack.places['stack.env'];
    return [
      {
        message: `stack.env.${name} takes its value from ${value.name}, which is not set in the environment of this run`,
        ...placed(place),
        remedy: `Set ${value.name} for this run, or write a literal test value.`,
      },
    ];
  });
}

/** Sources of bind mounts that are not there: the engine would make an empty folder of root in their place. */
export async function findMissingBinds(
  files: Effects['files'],
  services: readonly ComposeService[],
): Promise<readonly Finding[]> {
  const binds = services.flatMap(({ name, volumes }) => volumes.map((volume) => ({ name, volume })));
  const found = await Promise.all(
    binds.map(async ({ name, volume: { type, source, written, place } }) => {
      if (type !== 'bind' || source === undefined || (await files.stat(source)) !== undefined) return [];
      return [
        {
          message: `${name} mounts ${written}, which does not exist`,
          place,
          remedy: 'Add it to the repository, or use a named volume for what is made at run time.',
        },
      ];
    }),
  );
  return found.flat();
}

function placed(place: Place | undefined): { readonly place?: Place } {
  return place === undefined ? {} : { place };
}

/** Where a text stands that fits, in the order of the files; `from` is the file it is in. */
function findText(sources: ComposeSources, fits: (text: string, from: string) => boolean): Place | undefined {
  for (const [from, root] of sources.documents) {
    const place = placeIn(root, (text) => fits(text, from));
    if (place !== undefined) return place;
  }
  return undefined;
}

function placeIn(node: Located | undefined, fits: (text: string) => boolean): Place | undefined {
  if (node === undefined) return undefined;
  if (node.kind === 'scalar') return typeof node.value === 'string' && fits(node.value) ? node.place : undefined;
  const parts = node.kind === 'list' ? node.items : [...node.entries.keys()].map((key) => partAt(node, [key]));
  for (const part of parts) {
    const place = placeIn(part, fits);
    if (place !== undefined) return place;
  }
  return undefined;
}
