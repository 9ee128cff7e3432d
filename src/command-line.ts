import { recordFileIn } from './model/record-file.ts';
import { resolve } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { Fault } from './model/fault.ts';
import type { CacheMode } from './model/config.ts';
import type { Target } from './model/target.ts';
import { VERSION } from './model/version.ts';
import type { DoctorRequest } from './pipeline/doctor.ts';
import type { VerifyRequest } from './pipeline/verify.ts';
import type { Command as Stage, Request } from './pipeline/request.ts';
import { defaultOutput } from './pipeline/output-folder.ts';
import { collect, type Display, type DisplayFlags, displayOptions, toDisplay } from './display-flags.ts';
import { type InitGoogleFlags, initGoogleOptions, toInitGoogleRequest } from './init-flags.ts';
import type { InitGoogleRequest } from './pipeline/init-google.ts';
import { type IdentityFlags, identityOptions, toIdentity } from './identity-flags.ts';
import { type PromoteFlags, promoteOptions, toPromotion } from './promote-flags.ts';
import { type DoctorFlags, doctorOptions, toDoctorFiles } from './doctor-flags.ts';

/** What was asked for on the command line. */
export type Invocation =
  | { readonly action: 'run'; readonly request: Request; readonly display: Display }
  | { readonly action: 'report'; readonly records: readonly string[]; readonly display: Display }
  | { readonly action: 'doctor'; readonly asked: DoctorRequest; readonly display: Display }
  | { readonly action: 'verify'; readonly asked: VerifyRequest; readonly display: Display }
  | { readonly action: 'init-google'; readonly asked: InitGoogleRequest }
  | { readonly action: 'rules'; readonly display: Display }
  | { readonly action: 'explain'; readonly rule: string }
  | { readonly action: 'text'; readonly text: string; readonly exitCode: number };

interface Flags extends DisplayFlags, IdentityFlags {
  readonly config?: string;
  readonly only?: readonly string[];
  readonly output?: string;
  readonly registry?: string;
  readonly to?: string;
  readonly cache?: CacheMode;
  readonly informational?: boolean;
  readonly containers?: boolean;
  readonly base?: string;
}
interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly directory: string;
  readonly interactive: boolean;
}

const STAGES: readonly (readonly [Stage, string])[] = [
  ['plan', 'say what would be built, why, under which tags, and what is already wrong'],
  ['build', 'plan, then build every image in one bake'],
  ['check', 'plan, build, then judge the bytes that would be published'],
  ['publish', 'publish what the last check in the output folder cleared'],
  ['ship', 'the whole story: plan, build, check, publish'],
];

/** Parses the words after `slipway`. Throws a Fault for words that make no sense; help and version come back as text. */
export function parseCommandLine(words: readonly string[], surroundings: Surroundings): Invocation {
  let invocation: Invocation | undefined;
  let text = '';
  const program = makeProgram((found) => {
    invocation = found;
  }, surroundings);
  program.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    writeErr: (part) => {
      text += part;
    },
  });
  for (const command of program.commands) command.copyInheritedSettings(program);
  if (words.length === 0) return { action: 'text', text: program.helpInformation(), exitCode: 2 };
  try {
    program.parse(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { action: 'text', text, exitCode: 0 };
    throw explainRefusal(error, text, words);
  }
  if (invocation === undefined) throw new Error('a command line was parsed to nothing');
  return invocation;
}

/** Commander's own sentence, with the word it suggests; options stand behind the command they belong to. */
function explainRefusal(error: CommanderError, text: string, words: readonly string[]): Fault {
  const [message = error.message, suggestion] = text.trim().split('\n');
  const suggested = suggestion?.startsWith('(Did you mean') === true ? ` ${suggestion}` : '';
  const early = error.code === 'commander.unknownOption' && words[0]?.startsWith('-') === true;
  return new Fault(`${message.replace(/^error: /, '')}${suggested}`, {
    remedy: early ? 'Options follow the command: slipway check --quiet.' : 'See slipway --help.',
    cause: error,
  });
}

function makeProgram(found: (invocation: Invocation) => void, surroundings: Surroundings): Command {
  const program = new Command('slipway')
    .description('Builds container images once, proves those exact bytes and publishes those same bytes by digest.')
    .version(VERSION, '--version')
    .exitOverride()
    .showSuggestionAfterError(true);
  for (const [stage, description] of STAGES) {
    const command = identityOptions(runOptions(displayOptions(program.command(stage).description(description))));
    const run = (flags: Flags, given: readonly string[]): void => {
      const request = { ...toRequest(stage, flags, surroundings), given };
      found({ action: 'run', request, display: toDisplay(flags, surroundings) });
    };
    if (stage === 'check') givenOptions(command, run);
    else
      command.action((flags: Flags) => {
        run(flags, []);
      });
  }
  displayOptions(
    program.command('report').argument('[record...]', 'records of one run; default: the one in the output folder'),
  )
    .description('show the record of a run again, in any format')
    .option('--config <file>', 'the config whose output folder is meant')
    .option('--output <dir>', 'folder that holds record.json')
    .action((records: string[], flags: Flags) => {
      const files = records.length > 0 ? records : [recordFileIn(outputOf(flags, surroundings))];
      found({
        action: 'report',
        records: files.map((file) => resolve(surroundings.directory, file)),
        display: toDisplay(flags, surroundings),
      });
    });
  displayOptions(program.command('rules').description('list every rule')).action((flags: Flags) => {
    found({ action: 'rules', display: toDisplay(flags, surroundings) });
  });
  addPromote(program, found, surroundings);
  addDoctor(program, found, surroundings);
  addVerify(program, found, surroundings);
  addInit(program, found, surroundings);
  addExplain(program, found);
  return program;
}

function addPromote(program: Command, found: (invocation: Invocation) => void, surroundings: Surroundings): void {
  identityOptions(promoteOptions(displayOptions(program.command('promote')))).action(
    (what: string, flags: Flags & PromoteFlags) => {
      const request = { ...toRequest('promote', flags, surroundings), promotion: toPromotion(what, flags) };
      found({ action: 'run', request, display: toDisplay(flags, surroundings) });
    },
  );
}

function addDoctor(program: Command, found: (invocation: Invocation) => void, surroundings: Surroundings): void {
  doctorOptions(displayOptions(program.command('doctor'))).action((flags: Flags & DoctorFlags) => {
    const asked = { request: toRequest('plan', flags, surroundings), ...toDoctorFiles(flags, surroundings.directory) };
    found({ action: 'doctor', asked, display: toDisplay(flags, surroundings) });
  });
}

function addVerify(program: Command, found: (invocation: Invocation) => void, surroundings: Surroundings): void {
  const command = program.command('verify').argument('<reference>', 'registry/name@sha256:…, or oci:DIR[:NAME]');
  identityOptions(displayOptions(command))
    .description('hold the record, the verdict and the provenance that are attached to an image against it')
    .option('--config <file>', 'the config whose identity reads; default slipway.yml')
    .action((reference: string, flags: Flags) => {
      const asked = { request: toRequest('plan', flags, surroundings), reference };
      found({ action: 'verify', asked, display: toDisplay(flags, surroundings) });
    });
}

function addInit(program: Command, found: (invocation: Invocation) => void, { directory }: Surroundings): void {
  const init = program.command('init').description('write what has to be set up elsewhere');
  initGoogleOptions(init.command('google')).action((flags: InitGoogleFlags) => {
    found({ action: 'init-google', asked: toInitGoogleRequest(flags, directory) });
  });
}

function addExplain(program: Command, found: (invocation: Invocation) => void): void {
  program
    .command('explain')
    .argument('<rule>')
    .description('why a rule exists, what it checks and how to fix what it finds')
    .option('--no-color', 'no colours')
    .action((rule: string) => {
      found({ action: 'explain', rule });
    });
}

function givenOptions(command: Command, run: (flags: Flags, given: readonly string[]) => void): void {
  command
    .argument(
      '[reference...]',
      'judge these images as they are and build nothing: registry/name:tag, oci:DIR[:NAME], docker-archive:FILE or docker:NAME in the engine',
    )
    .option('--base <reference>', 'the image it was built from, where its provenance does not say')
    .action((given: string[], flags: Flags) => {
      run(flags, given);
    });
}

function runOptions(command: Command): Command {
  return command
    .option('--config <file>', 'the config; default slipway.yml')
    .option('--only <image>', 'only this image (repeatable)', collect)
    .option('--output <dir>', 'folder for the record; default: a folder of this project in your state directory')
    .addOption(
      new Option('--registry <host/path>', 'publish to this registry; the image name is appended').conflicts('to'),
    )
    .option('--to <oci:dir>', 'publish to an OCI layout')
    .addOption(new Option('--cache <mode>', 'build cache').choices(['auto', 'registry', 'local', 'none']))
    .option('--informational', 'report, never block')
    .option('--no-containers', 'judge without starting containers; rules that need one are skipped and say so');
}

function toRequest(command: Stage, flags: Flags, surroundings: Surroundings): Request {
  const { directory } = surroundings;
  return {
    command,
    directory,
    only: flags.only ?? [],
    output: outputOf(flags, surroundings),
    containers: flags.containers !== false,
    ...(flags.config === undefined ? {} : { config: flags.config }),
    ...(flags.base === undefined ? {} : { base: flags.base }),
    ...toIdentity(flags),
    ...(flags.cache === undefined ? {} : { cache: flags.cache }),
    ...(flags.informational === undefined ? {} : { informational: flags.informational }),
    ...targetOf(flags, directory),
  };
}

function outputOf(flags: Flags, { env, directory }: Surroundings): string {
  return flags.output === undefined
    ? defaultOutput(env, directory, flags.config ?? 'slipway.yml')
    : resolve(directory, flags.output);
}

function targetOf(flags: Flags, directory: string): { target?: Target } {
  if (flags.registry !== undefined)
    return { target: { type: 'registry', location: flags.registry.replace(/\/+$/, '') } };
  if (flags.to === undefined) return {};
  return { target: parseTarget(flags.to, directory) };
}

/** `oci:DIR` as a target. Throws a Fault for anything else. */
export function parseTarget(text: string, directory: string): Target {
  const folder = /^oci:(.+)$/.exec(text)?.[1];
  if (folder !== undefined) return { type: 'oci', directory: resolve(directory, folder) };
  throw new Fault(`--to takes oci:DIR, not "${text}"`, {
    remedy: 'Use --registry HOST/PATH to publish to a registry.',
  });
}
