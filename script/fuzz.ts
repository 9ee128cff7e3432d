import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { digestOf, shortDigest } from '../src/model/digest.ts';
import { gpuCodeTarget } from './fuzz.d/gpu-code.ts';
import { tarTarget, whiteoutTarget } from './fuzz.d/layers.ts';
import { fuzz } from './fuzz.d/session.ts';
import type { FuzzTarget } from './fuzz.d/target.ts';
import { configTarget, dockerfileTarget } from './fuzz.d/texts.ts';

const TARGETS: readonly FuzzTarget[] = [tarTarget, whiteoutTarget, configTarget, dockerfileTarget, gpuCodeTarget];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '600' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    found: { type: 'string', default: '__tests__/fixtures/fuzz' },
  },
});
const unknown = positionals.find((name) => !TARGETS.some((target) => target.name === name));
if (unknown !== undefined) {
  process.stderr.write(`there is no reader ${unknown}: ${TARGETS.map(({ name }) => name).join(', ')}\n`);
  process.exit(2);
}
let failures = 0;
for (const target of TARGETS.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
  const end = performance.now() + Number(values.seconds) * 1000;
  const result = fuzz(target, { seed: Number(values.seed), goOn: () => performance.now() < end });
  const counts = [
    `${String(result.runs)} inputs`,
    `${String(result.corpus.length)} kinds of outcome`,
    `slowest ${result.slowest.toFixed(0)} ms`,
    `${String(result.found.length)} defects`,
  ];
  process.stdout.write(`${target.name} (seed ${values.seed}): ${counts.join(', ')}\n`);
  for (const { input, error } of result.found) {
    const folder = join(values.found, target.name);
    await mkdir(folder, { recursive: true });
    const file = join(folder, shortDigest(digestOf(input)));
    await writeFile(file, input);
    process.stdout.write(
      `  ${file}: ${error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 4).join('\n    ') : String(error)}\n`,
    );
  }
  failures += result.found.length;
}
process.exit(failures === 0 ? 0 : 1);
