import { failWith } from '../../findings.ts';
import { locateProgram } from '../../program-path.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';
import { splitCommands } from '../../shell-commands.ts';

/** The health check that compose gives an image runs in that image: its program must be there. */
export const composeHcTool = defineRule({
  id: 'compose.hc-tool',
  title: 'The program of the compose health check is in the image',
  severity: 'error',
  keys: ['healthy-within'],
  kinds: ['service', 'job'],
  needs: ['compose', 'files', 'image'],
  settings: noSettings,
  check({ compose, files, image: description }, { image }) {
    const started = compose.services.filter(({ images }) => images.includes(image.name));
    if (started.length === 0) return { status: 'skipped', reason: 'the stack does not start this image' };
    const findings = started.flatMap(({ name, healthcheck }) => {
      if (healthcheck === undefined || healthcheck.disabled) return [];
      return programsOf(healthcheck.test)
        .filter((program) => locateProgram(files, program, description.config) === undefined)
        .map((program) => ({
          message: `the health check of ${name} calls ${program}, which ${image.name} does not have: the service never becomes healthy`,
          seen: program,
          allowed: 'a program of the image',
          place: healthcheck.place,
          remedy: `Install ${program}, or ask with what is there, such as the application's own language.`,
        }));
    });
    return failWith(findings);
  },
});

const BUILT_IN =
  /^(?:test|\[|\[\[|exit|exec|echo|printf|true|false|cd|set|export|if|then|else|elif|fi|while|until|do|done|for|case|esac|!|:|\{|\}|return|read|kill|wait|command|eval|unset|trap|\w+=.*)$/s;

/** Programs that must be there: the first of `CMD`, the shell and the first command of a script. */
function programsOf([kind = '', ...words]: readonly string[]): readonly string[] {
  if (kind === 'CMD') return words.slice(0, 1);
  if (kind !== 'CMD-SHELL') return [];
  const [first] = splitCommands([{ line: 1, text: words.join(' ') }]);
  const program = first?.words.find(({ text }) => !/^(?:!|exec|[A-Za-z_]\w*=.*)$/s.test(text))?.text ?? '';
  return ['/bin/sh', ...(program === '' || BUILT_IN.test(program) || /["'$`\\]/.test(program) ? [] : [program])];
}
