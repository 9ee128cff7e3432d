import type { DockerfileFacts, DockerfileInstruction } from '../../../model/facts.ts';
import { builtInstructions, rootReference } from '../../dockerfile-place.ts';
import { failWith } from '../../findings.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** Official images that come without these programs; busybox gives those of Alpine a wget. */
const BASES: readonly { readonly name: RegExp; readonly lacks: RegExp }[] = [
  { name: /^alpine(?::|@|$)|^(?:python|node|ruby):[^@]*alpine/, lacks: /^curl$/ },
  { name: /^(?:debian|ubuntu)(?::|@|$)/, lacks: /^(?:curl|wget)$/ },
  { name: /^(?:python|node|ruby):[^@]*slim/, lacks: /^(?:curl|wget)$/ },
];
const HUB = /^(?:(?:docker\.io|index\.docker\.io)\/)?(?:library\/)?/;

/** What is known before anything is built: a slim base has no curl, and nothing in the Dockerfile puts one there. */
export const dockerfileHealthTool = defineRule({
  id: 'dockerfile.health-tool',
  title: 'The Dockerfile installs what its HEALTHCHECK calls',
  severity: 'error',
  keys: ['healthy-within'],
  kinds: ['service'],
  needs: ['dockerfile'],
  settings: noSettings,
  check({ dockerfile }, { image }) {
    const built = builtInstructions(dockerfile, image.target);
    const check = built.findLast(({ keyword }) => keyword === 'HEALTHCHECK');
    const program = check === undefined ? undefined : programOf(check);
    if (check === undefined || program === undefined) {
      return { status: 'skipped', reason: 'no HEALTHCHECK calls a program whose absence is known before the build' };
    }
    const base = lacking(dockerfile, image.target, program);
    if (base === undefined || built.some((each) => mayBring(each, program))) return { status: 'passed' };
    const line = check.lines.find(({ text }) => namesProgram(text, program))?.line ?? check.line;
    return failWith([
      {
        message: `the HEALTHCHECK calls ${program}, which ${base} does not have and nothing here installs: every probe fails, and the container never becomes healthy`,
        seen: program,
        allowed: 'a program of the base or one that is installed',
        place: { file: dockerfile.file, line },
        remedy: `Ask with what is there, such as the application's own language, or install ${program}.`,
      },
    ]);
  },
});

/** curl or wget, where the test calls one of them. */
function programOf({ text }: DockerfileInstruction): string | undefined {
  return /\bCMD\b.*?(?<![\w./-])(?:\/usr\/bin\/)?(curl|wget)(?![\w.-])/is.exec(text)?.[1];
}

function namesProgram(text: string, program: string): boolean {
  return new RegExp(`(?<![\\w-])${program}(?![\\w-])`).test(text);
}

/** The image at the root of the built stage, if it is known to come without the program. */
function lacking(dockerfile: DockerfileFacts, target: string | undefined, program: string): string | undefined {
  const reference = rootReference(dockerfile, target);
  const name = reference?.replace(HUB, '');
  if (name === undefined) return undefined;
  return BASES.some((base) => base.name.test(name) && base.lacks.test(program)) ? reference : undefined;
}

/** Whether the instruction may put the program there: it names it, runs a script, or copies into a folder of programs. */
function mayBring(instruction: DockerfileInstruction, program: string): boolean {
  const { keyword, text, heredocs } = instruction;
  if (keyword === 'RUN') {
    const script = [text, ...heredocs.flatMap(({ lines }) => lines.map((line) => line.text))].join('\n');
    return namesProgram(script, program) || /\.sh\b|\bxargs\b|\$\(\s*(?:cat|<)/.test(script);
  }
  if (keyword !== 'COPY' && keyword !== 'ADD') return false;
  const destination = text.trim().split(/\s+/).at(-1) ?? '';
  return (
    namesProgram(text, program) || /^["']?\/(?:usr|bin|usr\/local|usr\/(?:local\/)?s?bin)?\/?["'\]]*$/.test(destination)
  );
}
