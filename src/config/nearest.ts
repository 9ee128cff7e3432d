import leven from 'leven';

/** The known word nearest to what was written, when it is near enough to be what was meant. */
export function nearestWord(written: string, known: readonly string[]): string | undefined {
  if (written.length > 64) return undefined;
  const lower = normalize(written);
  const ranked = known
    .map((word) => ({ word, distance: leven(lower, normalize(word)), exact: leven(written, word) }))
    .sort((one, other) => one.distance - other.distance || one.exact - other.exact);
  const [best] = ranked;
  return best !== undefined && best.distance <= allowance(best.word) ? best.word : undefined;
}

/** Two edits are one swapped pair (`wran`), so short words get two as well. */
function allowance(word: string): number {
  if (word.length < 4) return 1;
  return Math.max(2, Math.floor(word.length / 3));
}

/** `healthyWithin`, `healthy_within` and `healthy-within` are the same word to a person. */
function normalize(word: string): string {
  return word
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replaceAll('_', '-');
}

/** `; did you mean "x"?` or, without a near word, the list of known ones. */
export function suggest(written: string, known: readonly string[]): string {
  const near = nearestWord(written, known);
  if (near !== undefined) return `; did you mean \`${near}\`?`;
  return known.length === 0 || known.length > 40 ? '' : `; known: ${known.join(', ')}`;
}
