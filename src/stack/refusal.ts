import type { ComposeFacts } from '../model/compose-facts.ts';
import type { Finding } from '../model/verdict.ts';
import type { Reading } from './readiness.ts';

const TAKEN =
  /(?:Bind for \S*?:|listen tcp\S* \S*?:|failed to bind host port for \S*?:)(\d+)(?:[:/ ].*)?(?:already|failed|bind)/;

/** A container of ours in compose's own words, and what it says of it. */
const NAMED =
  /container slipway-[0-9a-z]+-stack-(\S+)-\d+ (is unhealthy|exited \(\d+\)|has no healthcheck configured)/g;

/** The readings, with the services that compose gave up on failed for good: it asks less often than their own policy starts them again. */
export function blameNamed<R extends Reading>(
  readings: ReadonlyMap<string, R>,
  refusal: string,
): ReadonlyMap<string, R> {
  const blamed = new Map(readings);
  for (const [, name = '', what = ''] of refusal.matchAll(NAMED)) {
    const reading = readings.get(name);
    if (reading === undefined || reading.verdict === 'failed') continue;
    const problem = what.startsWith('has no')
      ? 'another service waits for it to be healthy, and it has no health check'
      : reading.verdict === 'waiting'
        ? reading.problem
        : `it was not there any more for those that wait for it: compose says that it ${what}`;
    blamed.set(name, { ...reading, verdict: 'failed', ...(problem === undefined ? {} : { problem }) });
  }
  return blamed;
}

interface Refused {
  readonly refusal?: string;
  readonly readings: ReadonlyMap<string, Reading>;
}

/** What kept compose from starting the stack where no service is to blame: compose, the engine, or a port of the host. */
export function explainRefusal({ refusal, readings }: Refused, compose: ComposeFacts): Finding | undefined {
  const failed = [...readings.values()].filter(({ verdict }) => verdict === 'failed');
  const said = [refusal ?? '', ...failed.map(({ problem = '' }) => problem)].join('\n');
  const port = TAKEN.exec(said)?.[1];
  if (port !== undefined) return describeTaken(port, compose);
  if (refusal === undefined || failed.length > 0) return undefined;
  return {
    message: `the stack could not be started: ${lastWords(refusal)}`,
    remedy: 'Try `docker compose up` with the files of stack.files by hand.',
  };
}

function describeTaken(port: string, { services }: ComposeFacts): Finding {
  const ports = services.flatMap(({ name, ports: published }) => published.map((each) => ({ name, ...each })));
  const found = ports.find(({ published }) => published === port);
  return {
    message: `port ${port} of this host is in use, and ${found?.name ?? 'a service'} of stack.host-ports takes it`,
    ...(found === undefined ? {} : { place: found.place }),
    remedy:
      'Take the service out of stack.host-ports (requests of stack.http need no port of the host), or free the port.',
  };
}

function lastWords(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  const told = lines.filter(
    (line) => line !== '' && !line.includes('level=warning') && !/^(?:Container|Network|Volume) /.test(line),
  );
  return (told.at(-1) ?? 'compose ended without a word').slice(0, 400);
}
