import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findAct } from '../../__tests__/support/act/program.ts';
import { commitAll } from '../../__tests__/support/act/project.ts';
import { type ActEvent, runAct } from '../../__tests__/support/act/run.ts';
import {
  dockerfileOf,
  pullRequestPayload,
  pushPayload,
  stackFiles,
  startWorld,
} from '../../__tests__/support/act/world.ts';
import { renderTerminal } from '../../src/report/terminal.ts';

/**
 * The part of `script/demo workflow` that runs once everything is there: a runner (nektos/act) runs images.yml as a caller's
 * repository calls it, against the engine, a registry behind the identity rig, and GitHub on loopback.
 */
const OUT = join(import.meta.dirname, '../../out/workflow');
const program = findAct();
if (program === undefined) {
  process.stderr.write('demo: act cannot be built without Go 1.24 or newer (script/setup.d/workflow-tools.sh)\n');
  process.exit(2);
}
await mkdir(OUT, { recursive: true });
const world = await startWorld(program);
const { project } = world;

async function show(title: string, event: ActEvent): Promise<void> {
  process.stdout.write(`\n== ${title}\n`);
  const { jobs, records, text } = await runAct(world, event);
  await writeFile(join(OUT, `${event.run}.log`), text);
  for (const [name, end] of Object.entries(jobs))
    process.stdout.write(`   ${end === 'succeeded' ? '✓' : '✗'} ${name}\n`);
  const { gate } = records;
  if (gate === undefined) return;
  await writeFile(join(OUT, `${event.run}.json`), `${JSON.stringify(gate, null, 2)}\n`);
  process.stdout.write(`\n${renderTerminal(gate, { color: process.stdout.isTTY, quiet: false, verbose: false })}`);
}

try {
  await show('a push to the default branch: built, proven, published', {
    name: 'push',
    run: '101',
    payload: pushPayload(),
  });
  await show('v1.2.3 of the same commit: nothing is built', {
    name: 'push',
    run: '102',
    payload: pushPayload('refs/tags/v1.2.3'),
  });
  const base = project.commit;
  await project.write({ 'one.txt': 'changed' });
  const head = await commitAll(project, 'a change');
  await show('a pull request that changes one of two images', {
    name: 'pull_request',
    run: '103',
    payload: pullRequestPayload(head, base),
  });
  await project.write({ 'Dockerfile.second': dockerfileOf('two.txt', 'root') });
  await commitAll(project, 'as root');
  await show('a push with an image that runs as root', { name: 'push', run: '104', payload: pushPayload() });
  const config = await readFile(join(project.directory, 'slipway.yml'), 'utf8');
  await project.write({ 'Dockerfile.second': dockerfileOf('two.txt'), ...stackFiles(config) });
  await commitAll(project, 'a stack');
  await show('a push with a stack: a job of its own starts it with what two build jobs put into staging', {
    ...{ name: 'push', run: '105', payload: pushPayload(), env: { END: 'exit 0' } },
  });
  await show('the same, and a service of the stack fails', {
    ...{ name: 'push', run: '106', payload: pushPayload(), env: { END: 'echo broken; exit 3' } },
  });
  process.stdout.write(`\nThe runner's logs and the records are in out/workflow/.\n`);
} finally {
  await world.stop();
}
