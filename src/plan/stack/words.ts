import type { Located } from '../../config/located.ts';
import type { Placed } from '../../model/compose-facts.ts';

/** The words of a command as compose would split them, each at its line; a script inside one item is split as well. */
export function readWords(part: Located): readonly Placed<string>[] {
  const items = part.kind === 'list' ? part.items : [part];
  return items.flatMap((item) => {
    if (item.kind !== 'scalar' || item.value === null) return [];
    return splitWords(String(item.value)).map((value) => ({ value, place: item.place }));
  });
}

/** Words between white space, quotes taken away. */
export function splitWords(text: string): readonly string[] {
  const words = text.match(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/gs) ?? [];
  return words.map((word) => word.replace(/"((?:\\.|[^"\\])*)"|'([^']*)'/gs, '$1$2'));
}
