import type { DockerfileFacts } from '../../../model/facts.ts';
import type { Finding } from '../../../model/verdict.ts';
import { failWith } from '../../findings.ts';
import { nameInstaller } from '../../installers.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';
import { readShellCommands } from '../../shell-commands.ts';

interface Release {
  readonly name: string;
  /** How tags of images name it. */
  readonly tag: RegExp;
  readonly pythons: readonly string[];
}
/** Python packages of each release's own archive (packages.debian.org, packages.ubuntu.com). */
const RELEASES: readonly Release[] = [
  { name: 'Ubuntu 20.04', tag: /ubuntu:?20\.04|focal/, pythons: ['3.8', '3.9'] },
  { name: 'Ubuntu 22.04', tag: /ubuntu:?22\.04|jammy/, pythons: ['3.10', '3.11'] },
  { name: 'Ubuntu 24.04', tag: /ubuntu:?24\.04|noble/, pythons: ['3.12'] },
  { name: 'Debian 11', tag: /debian:?11|bullseye/, pythons: ['3.9'] },
  { name: 'Debian 12', tag: /debian:?12|bookworm/, pythons: ['3.11'] },
  { name: 'Debian 13', tag: /debian:?13|trixie/, pythons: ['3.13'] },
];
/** Once another archive is added nobody knows what it has. */
const OTHER_ARCHIVE = /add-apt-repository|sources\.list|deadsnakes|\.sources\b/;

/** `apt-get install python3.12` on a release that has another Python ends the build after minutes. */
export const dockerfilePythonMissing = defineRule({
  id: 'dockerfile.python-missing',
  title: 'apt is asked only for Python versions that the release has',
  severity: 'error',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['dockerfile'],
  settings: noSettings,
  check({ dockerfile }) {
    return failWith(dockerfile.stages.flatMap((_, stage) => judgeStage(dockerfile, stage)));
  },
});

function judgeStage({ file, stages, instructions }: DockerfileFacts, stage: number): readonly Finding[] {
  if (stages[stage]?.reachable !== true) return [];
  const reference = stages[stage].reference ?? '';
  const release = RELEASES.find(({ tag }) => tag.test(reference));
  const own = instructions.filter((each) => each.stage === stage);
  if (release === undefined || own.some(({ text }) => OTHER_ARCHIVE.test(text))) return [];
  const words = own
    .flatMap((instruction) => readShellCommands(instruction))
    .filter((command) => ['apt', 'apt-get'].includes(nameInstaller(command) ?? ''))
    .flatMap((command) => command.words);
  const missing = words.flatMap(({ text, line }) => {
    const version = /^python(3\.\d+)(?:-(?:dev|venv|minimal|distutils|full))?$/.exec(text)?.[1];
    return version === undefined || release.pythons.includes(version) ? [] : [{ text, version, line }];
  });
  const [first, ...others] = missing;
  if (first === undefined) return [];
  const more = others.length === 0 ? '' : ` (and ${others.map(({ text }) => text).join(', ')})`;
  return [
    {
      message: `${release.name} has no ${first.text}${more}: the build ends with "Unable to locate package"`,
      seen: first.text,
      allowed: release.pythons.map((version) => `python${version}`).join(', '),
      place: { file, line: first.line },
      remedy: `Start from an image that has Python ${first.version}, or install it with uv or from an archive that has it.`,
    },
  ];
}
