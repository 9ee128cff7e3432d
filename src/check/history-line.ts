/** A build argument or variable as a line of history shows it. */
export interface HistoryArgument {
  readonly keyword: 'ARG' | 'ENV';
  readonly name: string;
  readonly value: string;
}

const NOP = /^\/bin\/sh -c #\(nop\)\s+/;
const BUILDKIT = /\s*# buildkit\s*$/;
/** `|2 A=1 B=2 /bin/sh -c …`: how many arguments, what follows. */
const GIVEN = /^(?:RUN )?\|(?<count>\d+) (?<rest>[\s\S]*)$/;
/** Where the shell of a RUN begins; arguments are written without quotes, so only the last name can tell where a value ends. */
const SHELL = / (?=\/\S*\/?(?:sh|bash|ash|dash|zsh|pwsh|powershell|cmd)(?:\.exe)? (?:-|\/S))/i;

/** The arguments of `RUN |n K=V …`, `ARG K=V` and `ENV K=V …`, of BuildKit and of the classic builder. */
export function readHistoryArguments(line: string): readonly HistoryArgument[] {
  const text = line.replace(NOP, '').replace(BUILDKIT, '');
  const given = GIVEN.exec(text);
  if (given !== null) {
    const [head = ''] = (given.groups?.['rest'] ?? '').split(SHELL, 1);
    return splitPairs(head, 'ARG').slice(0, Number(given.groups?.['count'] ?? 0));
  }
  const instruction = /^(ARG|ENV)\s+([\s\S]*)$/i.exec(text);
  if (instruction === null) return [];
  const [, keyword = '', rest = ''] = instruction;
  const old = /^([A-Za-z_]\w*)\s+([^=\s][\s\S]*)$/.exec(rest);
  const sort = keyword.toUpperCase() === 'ENV' ? 'ENV' : 'ARG';
  return old === null ? splitPairs(rest, sort) : [{ keyword: sort, name: old[1] ?? '', value: old[2] ?? '' }];
}

/** The instruction without the arguments that were given to it. */
export function readHistoryCommand(line: string): string {
  const text = line.replace(NOP, '').replace(BUILDKIT, '');
  const given = GIVEN.exec(text);
  if (given !== null) return `RUN ${(given.groups?.['rest'] ?? '').split(SHELL).slice(1).join(' ')}`;
  return /^(?:ARG|ENV)\s/i.test(text) ? '' : text;
}

function splitPairs(text: string, keyword: 'ARG' | 'ENV'): readonly HistoryArgument[] {
  return text.split(/ (?=[A-Za-z_]\w*=)/).flatMap((pair) => {
    const equals = pair.indexOf('=');
    if (equals < 1) return [];
    const value = pair.slice(equals + 1).replace(/^(["'])([\s\S]*)\1$/, '$2');
    return [{ keyword, name: pair.slice(0, equals), value }];
  });
}
