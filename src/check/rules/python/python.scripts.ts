import type { PythonFacts } from '../../../model/python-facts.ts';
import { firstWord } from '../../command-words.ts';
import { countOf } from '../../number-words.ts';
import { failWithFew } from '../../path-findings.ts';
import { locateProgram } from '../../program-path.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** A script whose first line names a Python that is not there ends with "no such file or directory", which names the wrong file. */
export const pythonScripts = defineRule({
  id: 'python.scripts',
  title: 'Python scripts name an interpreter that is in the image',
  severity: 'error',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['python', 'image', 'files'],
  settings: noSettings,
  check({ python, image: { config }, files }) {
    const broken = python.scripts.filter(({ found, base }) => !found && !base);
    const complaints = [
      ...[...Map.groupBy(broken, ({ interpreter }) => interpreter)].map(([interpreter, scripts]) => ({
        file: `/${scripts[0]?.path ?? ''}`,
        message: `${countOf(scripts.length, 'script')} (${scripts
          .slice(0, 3)
          .map(({ path }) => path.split('/').at(-1))
          .join(', ')}) start ${interpreter}, which is not in the image`,
        remedy:
          'Install into the same path that is shipped, or create the virtual environment in the shipped stage: scripts hold the absolute path of their Python.',
      })),
      ...findMissingCommand(
        python,
        firstWord([...config.entrypoint, ...config.command]),
        (name) => locateProgram(files, name, config) !== undefined,
      ),
    ];
    const findings = complaints.map(({ file, message, remedy }) => ({
      message,
      place: { file, inImage: true },
      remedy,
    }));
    return failWithFew(findings, countOf(python.scripts.length, 'script'));
  },
});

/** The image's command is a console script of an installed distribution, but the script itself was left behind. */
function findMissingCommand(
  { runtime, sites }: PythonFacts,
  command: string | undefined,
  isThere: (name: string) => boolean,
): readonly { readonly file: string; readonly message: string; readonly remedy: string }[] {
  if (command === undefined || isThere(command)) return [];
  const name = command.slice(command.lastIndexOf('/') + 1);
  const owner = (runtime?.sites ?? sites)
    .flatMap((site) => site.distributions)
    .find(({ scripts }) => scripts.includes(name));
  if (owner === undefined) return [];
  return [
    {
      file: `/${owner.metadata}`,
      message: `the command starts ${command}, which is not in the image; ${owner.name} ${owner.version} is, and ${name} is one of its scripts`,
      remedy: `Copy the bin folder beside site-packages too, or start it with python -m.`,
    },
  ];
}
