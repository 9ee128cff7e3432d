import type {
  DeniedLog,
  RestartCheck,
  StackCheck,
  StackConfig,
  StackHttpCheck,
  StackRunCheck,
} from '../model/stack-config.ts';
import type { ParsedStackHttp, ParsedStackRun } from './check-schema.ts';
import { keyPlaceAt, partAt, valuePlaceAt, type Located, type Path } from './located.ts';
import { toHttpExpectation, toRunExpectation } from './resolve-checks.ts';
import { parseEnvValue } from './sources.ts';
import type { ParsedStack } from './stack-schema.ts';

const READY = 120_000;
const STAYS_UP = 5_000;

/** The stack with the places of what was written; the input has passed every check. */
export function resolveStack(parsed: ParsedStack, root: Located): StackConfig {
  const written = partAt(root, ['stack']);
  const keys = written?.kind === 'map' ? [...written.entries] : [];
  const at = (path: Path): StackCheck['place'] => valuePlaceAt(root, ['stack', ...path]);
  const http = (parsed.http ?? []).map((check, index) => toHttp(check, at(['http', index])));
  const restart = toRestart(parsed['survives-restart'], http, root);
  const runsOn = parsed['runs-on'];
  return {
    files: parsed.files.map((path, index) => ({ path, place: at(['files', index]) })),
    profiles: parsed.profiles ?? [],
    env: Object.fromEntries(Object.entries(parsed.env ?? {}).map(([name, text]) => [name, parseEnvValue(text)])),
    readyWithin: parsed['ready-within'] ?? READY,
    staysUp: parsed['stays-up'] ?? STAYS_UP,
    hostPorts: parsed['host-ports'] ?? [],
    http,
    run: (parsed.run ?? []).map((check, index) => toRun(check, at(['run', index]))),
    denyLogs: (parsed['deny-logs'] ?? []).map((denied, index) => toDenied(denied, at(['deny-logs', index]))),
    ...(runsOn === undefined ? {} : { runsOn: typeof runsOn === 'string' ? [runsOn] : runsOn }),
    ...(restart === undefined ? {} : { survivesRestart: restart }),
    written: new Set(keys.map(([key]) => `stack.${key}`)),
    places: Object.fromEntries(keys.map(([key, { keyPlace }]) => [`stack.${key}`, keyPlace])),
  };
}

function toHttp(check: ParsedStackHttp, place: StackCheck['place']): StackHttpCheck {
  return { ...toHttpExpectation(check, place), url: check.post ?? check.get ?? '' };
}

function toRun(check: ParsedStackRun, place: StackCheck['place']): StackRunCheck {
  return { ...toRunExpectation(check, place), service: check.service, command: check.command };
}

function toDenied(denied: NonNullable<ParsedStack['deny-logs']>[number], place: DeniedLog['place']): DeniedLog {
  if (denied instanceof RegExp) return { match: denied, services: [], place };
  const { match, except, services } = denied;
  return { match, services: services ?? [], place, ...(except === undefined ? {} : { except }) };
}

/** `true` means the requests of `http`: its posts write, its gets read. */
function toRestart(
  parsed: ParsedStack['survives-restart'],
  http: readonly StackHttpCheck[],
  root: Located,
): RestartCheck | undefined {
  if (parsed === undefined) return undefined;
  const place = keyPlaceAt(root, ['stack', 'survives-restart']);
  if (parsed === true) {
    const [write, read] = [
      http.filter(({ method }) => method === 'POST'),
      http.filter(({ method }) => method === 'GET'),
    ];
    return { write, read, place };
  }
  const resolve = (part: 'write' | 'read'): readonly StackCheck[] =>
    parsed[part].map((check, index) => {
      const at = valuePlaceAt(root, ['stack', 'survives-restart', part, index]);
      return 'service' in check ? toRun(check, at) : toHttp(check, at);
    });
  return { write: resolve('write'), read: resolve('read'), place };
}
