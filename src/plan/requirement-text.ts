import type { Place } from '../model/place.ts';
import type { Requirement } from '../model/requirement-facts.ts';

const OTHER_INDEX =
  /(?:^|\s)(?:-[if]|--(?:index-url|extra-index-url|default-index|index|find-links|no-index))(?=[\s=]|$)/m;

/** Whether a command or a list names an index of its own: what the usual one says of its names then means nothing. */
export function namesOtherIndex(text: string): boolean {
  return OTHER_INDEX.test(text);
}

/** The requirements of a file in pip's format; options, paths and URLs without a name are left out. */
export function parseRequirements(text: string, file: string): readonly Requirement[] {
  const elsewhere = namesOtherIndex(text.replace(/(?:^|\s)#.*$/gm, ''));
  let continued = false;
  return text.split('\n').flatMap((raw, index) => {
    const line = raw.replace(/(?:^|\s)#.*$/, '').trim();
    const isContinuation = continued;
    continued = line.endsWith('\\');
    if (isContinuation) return [];
    const found = parseRequirement(line.replace(/\\$/, '').trim(), { file, line: index + 1 });
    return found === undefined ? [] : [elsewhere ? { ...found, elsewhere } : found];
  });
}

/** `name[extra]>=1 ; marker --hash=…`; undefined for anything else. */
export function parseRequirement(written: string, place: Place): Requirement | undefined {
  const [, name, rest = ''] = /^([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(.*)$/s.exec(written) ?? [];
  if (name === undefined || !/^(?:$|[=<>!~;@(]|--)/.test(rest) || /\.(?:whl|zip|gz|txt)$/.test(name)) return undefined;
  return {
    name: normalizeName(name),
    text: written.replace(/\s*--hash=.*$/s, '').trim(),
    pinned: isPinned(rest),
    place,
  };
}

/** PEP 503. */
function normalizeName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

function isPinned(rest: string): boolean {
  const specifier = rest
    .replace(/;.*$/s, '')
    .replace(/--hash=.*$/s, '')
    .trim()
    .replace(/^\((.*)\)$/, '$1');
  return specifier.startsWith('@') || /^={2,3}\s*[^,*\s]+$/.test(specifier);
}
