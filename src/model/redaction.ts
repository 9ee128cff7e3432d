/** Replaces values that must not be shown. */
export type Redaction = (text: string) => string;

/** Shorter values would cut ordinary words to pieces. */
const SHORTEST = 6;

/** A redaction for the values that came from the environment or from files; the longest one wins where they overlap. */
export function makeRedaction(values: readonly string[]): Redaction {
  const hidden = values.filter((value) => value.length >= SHORTEST).sort((left, right) => right.length - left.length);
  return (text) => hidden.reduce((shown, value) => shown.replaceAll(value, '***'), text);
}
