import { RULES } from '../../src/check/rules/index.ts';
import { makeEffects } from '../../src/io/effects.ts';
import { judgeGiven } from '../../src/pipeline/gate.ts';
import { exitCodeFor } from '../../src/model/record-verdict.ts';

// A program of its own: gate mode over one place, without an engine; tells its verdict, its peak memory and its processor time as JSON.
const [given = '', home = ''] = process.argv.slice(2);
const stream = { write: (): boolean => true };
const env = { HOME: home, XDG_CACHE_HOME: home, DOCKER_CONFIG: home, DOCKER_HOST: `unix://${home}/no.sock` };
const effects = makeEffects({ env, stdout: stream, stderr: stream, signal: new AbortController().signal });
const record = await judgeGiven(
  effects,
  { command: 'check', directory: home, only: [], output: home, containers: false, given: [given] },
  RULES,
);
const outcomes = record.images.flatMap((image) => image.outcomes);
process.stdout.write(
  JSON.stringify({
    exitCode: exitCodeFor(record),
    undecided: [...new Set(outcomes.flatMap(({ status, reason }) => (status === 'undecided' ? (reason ?? '') : [])))],
    unpacked: record.images[0]?.sizes?.unpacked,
    peak: process.resourceUsage().maxRSS * 1024,
    busy: (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
  }),
);
