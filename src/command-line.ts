import { recordFileIn } from './model/record-file.ts';
import { resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { Fault } from './model/fault.ts';
import { VERSION } from './model/version.ts';
import type { DoctorRequest } from './pipeline/doctor.ts';
import type { VerifyRequest } from './pipeline/verify.ts';
import type { Command as Stage, Request } from './pipeline/request.ts';
import { type Display, displayOptions, toDisplay } from './display-flags.ts';
import { type InitGoogleFlags, initGoogleOptions, toInitGoogleRequest } from './init-flags.ts';
import type { InitGoogleRequest } from './pipeline/init-google.ts';
import { gpuOptions, gpuRecordOption } from './gpu-flags.ts';
import { stackOptions, stackRecordOption } from './stack-flags.ts';
import { identityOptions } from './identity-flags.ts';
import { type PromoteFlags, promoteOptions, toPromotion } from './promote-flags.ts';
import { type Flags, givenOptions, outputOf, runOptions, type Surroundings, toRequest } from './run-flags.ts';
import { toTrust, type TrustFlags, trustOptions } from './trust-flags.ts';
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

const STAGES: readonly (readonly [Stage, string])[] = [
  ['plan', 'say what would be built, why, under which tags, and what is already wrong'],
  ['build', 'plan, then build every image in one bake'],
  ['check', 'plan, build, then judge the bytes that would be published'],
  ['stage', 'plan, build, check, then put what was cleared into the staging repository'],
  ['stack', 'plan, build, then start the services of stack: with the candidates and ask them what is declared'],
  ['gpu', 'try on this machine’s GPUs what the last check cleared, a run put into staging, or a reference names'],
  ['publish', 'publish what the last check in the output folder cleared, or what a run put into staging'],
  ['ship', 'the whole story: plan, build, check, stack, publish'],
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
    if (stage === 'publish')
      stackRecordOption(command.option('--run <id>', 'publish what this workflow run put into staging'));
    if (stage === 'publish' || stage === 'ship') gpuRecordOption(command);
    addArguments(stage, command, run);
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

type RunAction = (flags: Flags, given: readonly string[]) => void;

/** Most stages take no argument; some take images that were built before. */
function addArguments(stage: Stage, command: Command, run: RunAction): void {
  if (stage === 'check') givenOptions(command, run);
  else if (stage === 'gpu') gpuOptions(command, run);
  else if (stage === 'stack') stackOptions(command, run);
  else
    command.action((flags: Flags) => {
      run(flags, []);
    });
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
  trustOptions(identityOptions(displayOptions(command)))
    .description('hold the record, the verdict and the provenance that are attached to an image against it')
    .option('--config <file>', 'the config whose identity reads; default slipway.yml')
    .action((reference: string, flags: Flags & TrustFlags) => {
      const trust = toTrust(flags, surroundings.directory);
      const asked = { request: toRequest('plan', flags, surroundings), reference, ...trust };
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
