import { runChild } from './child.ts';
import { median, type Row } from './row.ts';

const RUNS = 11;
const GOAL = 150;

/** CPU that `slipway --version` takes over an empty Node program: what it costs to load the bundle. */
export async function measureLoad(signal: AbortSignal): Promise<Row[]> {
  const [tool, empty]: [number[], number[]] = [[], []];
  for (let run = 0; run < RUNS; run += 1) {
    empty.push(await cpuOf(['-e', '0'], signal));
    tool.push(await cpuOf(['dist/cli/index.js', '--version'], signal));
  }
  const [all, node] = [median(tool), median(empty)];
  return [
    {
      what: 'CPU to load the bundle: `--version` over an empty Node program',
      ours: `${(all - node).toFixed(0)} ms`,
      reference: `${node.toFixed(0)} ms`,
      ratio: '',
      goal: `≤ ${String(GOAL)} ms`,
      met: all - node <= GOAL,
    },
  ];
}

/** User + system milliseconds of one Node program, as bash's `time` counts its children. */
async function cpuOf(argv: readonly string[], signal: AbortSignal): Promise<number> {
  const script = 'TIMEFORMAT="%3U %3S"; time "$@" > /dev/null';
  const { stderr } = await runChild('bash', ['-c', script, 'time', process.execPath, ...argv], { signal });
  const [user = Number.NaN, system = Number.NaN] = stderr.trim().split(' ').map(Number);
  return 1000 * (user + system);
}
