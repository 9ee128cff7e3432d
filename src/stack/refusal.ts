import type { ComposeFacts } from '../model/compose-facts.ts';
import type { Finding } from '../model/verdict.ts';
import type { Readiness } from './watch.ts';

const TAKEN =
  /(?:Bind for \S*?:|listen tcp\S* \S*?:|failed to bind host port for \S*?:)(\d+)(?:[:/ ].*)?(?:already|failed|bind)/;

/** What kept compose from starting the stack where no service is to blame: compose, the engine, or a port of the host. */
export function explainRefusal({ refusal, readings }: Readiness, compose: ComposeFacts): Finding | undefined {
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
