import { join, posix } from 'node:path';
import type { ImageConfig } from '../model/config.ts';
import type { Files } from '../model/effects.ts';
import { known, type DockerfileInstruction, type Fact, type RequirementFile } from '../model/facts.ts';
import { sourcesOfStage, type Dockerfile } from './dockerfile.ts';
import { inlineRequirements } from './inline-requirements.ts';
import { parseRequirements } from './requirement-text.ts';

const LIMIT = 1024 * 1024;
const INSTALL = /\b(?:pip[\d.]*|uv)\b[^&|;]*\b(install|sync)\b([^&|;]*)/g;
/** `uv pip sync` and `pip-sync` take lists without an option. */
const LIST = /(?:^|\s)["']?([^\s"'-][^\s"']*\.(?:txt|in|lock))/g;
const OPTION = /(?:^|\s)(?:-r|--requirements?)(?:\s+|=)?["']?([^\s"']+\.(?:txt|in|lock))/g;

const INDEX_VARIABLE = /\b(?:PIP_(?:EXTRA_)?INDEX_URL|UV_(?:DEFAULT_|EXTRA_)?INDEX(?:_URL)?)\b/;

/**
 * What the built stages install by name: the requirements files, found in the context by what was copied or mounted
 * before (those that cannot be found are left out), and what a RUN names itself, as a list of the Dockerfile's.
 */
export async function readRequirements(
  files: Files,
  directory: string,
  image: ImageConfig,
  dockerfile: Dockerfile,
): Promise<Fact<readonly RequirementFile[]>> {
  const paths = [...new Set(listPaths(dockerfile))].map((path) => posix.join(image.context, path));
  const read = await Promise.all(
    paths.map(async (file): Promise<RequirementFile[]> => {
      const stat = await files.stat(join(directory, file));
      if (stat === undefined || stat.directory || stat.size > LIMIT) return [];
      return [{ file, requirements: parseRequirements(await files.readText(join(directory, file)), file) }];
    }),
  );
  const inline = dockerfile.instructions
    .filter(({ keyword, stage }) => keyword === 'RUN' && dockerfile.stages[stage]?.reachable === true)
    .flatMap((run) => inlineRequirements(run, image.dockerfile));
  const lists = [...read.flat(), ...(inline.length === 0 ? [] : [{ file: image.dockerfile, requirements: inline }])];
  const redirected = dockerfile.instructions.some(({ text }) => INDEX_VARIABLE.test(text));
  return known(redirected ? lists.map(elsewhere) : lists);
}

function elsewhere({ file, requirements }: RequirementFile): RequirementFile {
  return { file, requirements: requirements.map((each) => ({ ...each, elsewhere: true })) };
}

/** Paths in the context of what `pip install -r` names. */
function listPaths(dockerfile: Dockerfile): string[] {
  return dockerfile.instructions.flatMap((instruction, at) => {
    if (instruction.keyword !== 'RUN' || dockerfile.stages[instruction.stage]?.reachable !== true) return [];
    const named = [...instruction.text.matchAll(INSTALL)].flatMap(([, verb, rest = '']) =>
      [...rest.matchAll(verb === 'sync' ? LIST : OPTION)].map(([, path = '']) => path),
    );
    return named.flatMap((path) => findSource(path, instruction, dockerfile.instructions.slice(0, at)));
  });
}

function findSource(
  path: string,
  run: DockerfileInstruction,
  before: readonly DockerfileInstruction[],
): readonly string[] {
  const name = posix.basename(path);
  const mounted = [...run.text.matchAll(/\bsource=([^,\s]+)/g)].map(([, source = '']) => source);
  const copied = before
    .filter((each) => each.stage === run.stage && (each.keyword === 'COPY' || each.keyword === 'ADD'))
    .filter((each) => sourcesOfStage(each).length === 0 && !each.text.includes('--from='))
    .flatMap((each) =>
      each.text
        .split(/\s+/)
        .filter((word) => word !== '' && !word.startsWith('--'))
        .slice(0, -1),
    );
  const exact = [...mounted, ...copied].findLast((source) => posix.basename(source) === name);
  if (exact !== undefined) return [posix.join('.', exact)];
  return copied.includes('.') || copied.includes('./') ? [posix.join('.', path.replace(/^\/+/, ''))] : [];
}
