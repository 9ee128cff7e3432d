import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { searchFiles, watchArguments } from '../__tests__/support/rig/leaks.ts';
import { registryProgram, type Rig, startRig } from '../__tests__/support/rig/rig.ts';
import { ACCOUNT, makeSettings, MEMBER, PROVIDER, RESOURCE } from '../__tests__/support/rig/settings.ts';

/** `script/rig`: see there. */
const HOLDERS = [MEMBER, `serviceAccount:${ACCOUNT}`];
const RESOURCES = [RESOURCE, `${RESOURCE}-account`, `${RESOURCE}-staging`];

interface Flags {
  readonly command: readonly string[];
  readonly search?: string | undefined;
  readonly log?: string | undefined;
}

/** Options stand before the command; what follows is the command's own. */
function readFlags(words: readonly string[]): Flags {
  const first = words.findIndex(
    (word, index) => !word.startsWith('--') && !/^--(?:log|search)$/.test(words[index - 1] ?? ''),
  );
  const end = first < 0 ? words.length : first;
  const options = { log: { type: 'string' }, search: { type: 'string' } } as const;
  const { values } = parseArgs({ args: words.slice(0, end), options });
  return { ...values, command: words.slice(end) };
}

async function openLog(file: string | undefined): Promise<(line: string) => void> {
  if (file !== undefined) await mkdir(dirname(file), { recursive: true });
  const stream = file === undefined ? process.stderr : createWriteStream(file);
  return (line) => void stream.write(`${new Date().toISOString().slice(11, 23)} ${line}\n`);
}

function environmentOf(rig: Rig): Record<string, string> {
  return {
    ...rig.env,
    SLIPWAY_RIG_REGISTRY: rig.registry,
    SLIPWAY_RIG_PROVIDER: PROVIDER,
    SLIPWAY_RIG_ACCOUNT: ACCOUNT,
  };
}

/** Runs the command and resolves with its exit code; the searches come after it, so nothing slips by. */
async function runCommand(rig: Rig, { command, search }: Flags): Promise<number> {
  const [program = '', ...words] = command;
  const watch = watchArguments(rig.secrets, 200);
  const child = spawn(program, words, { stdio: 'inherit', env: { ...process.env, ...environmentOf(rig) } });
  const forward = (signal: NodeJS.Signals): unknown => child.kill(signal);
  process.on('SIGINT', forward).on('SIGTERM', forward);
  const [code] = (await once(child, 'exit')) as [number | null];
  watch.end();
  if (search === undefined) return code ?? 1;
  const { files, leaks } = await searchFiles(search, rig.secrets);
  const found = [...leaks, ...watch.leaks().map((name) => `arguments of ${name}`)];
  const looked = `${String(files)} files below ${search} and ${String(watch.seen())} argument lists`;
  process.stdout.write(
    found.length === 0
      ? `rig: none of its ${String(rig.secrets.size)} secrets stands in ${looked}\n`
      : `rig: a token stands in ${found.join(', ')}\n`,
  );
  return found.length === 0 ? (code ?? 1) : 1;
}

/** Stays until it is told to end. */
async function stayUp(rig: Rig): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-rig-'));
  const file = join(folder, 'env');
  const lines = Object.entries(environmentOf(rig)).map(([name, value]) => `export ${name}='${value}'\n`);
  // The right to ask for tokens stands in it, as in the environment of a job.
  await writeFile(file, lines.join(''), { mode: 0o600 });
  process.stdout.write(`The rig is up. In another shell:

  . script/env.sh; . ${file}
  node dist/cli/index.js doctor --registry $SLIPWAY_RIG_REGISTRY/my-project/haystack   # needs google: in slipway.yml
  node dist/cli/index.js ship --registry $SLIPWAY_RIG_REGISTRY/my-project/haystack --workload-identity-provider $SLIPWAY_RIG_PROVIDER

Ctrl-C ends it.
`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await rm(folder, { recursive: true, force: true });
  return 0;
}

const flags = readFlags(process.argv.slice(2));
if (registryProgram === undefined) {
  process.stderr.write('rig: docker-registry is not installed (Debian: apt-get install docker-registry)\n');
  process.exit(2);
}
const bindings = RESOURCES.map((resource) => ({
  resource,
  role: 'roles/artifactregistry.writer' as const,
  members: HOLDERS,
}));
const rig = await startRig({ ...makeSettings(), bindings, log: await openLog(flags.log) });
try {
  process.exitCode = flags.command.length === 0 ? await stayUp(rig) : await runCommand(rig, flags);
} finally {
  await rig.stop();
}
