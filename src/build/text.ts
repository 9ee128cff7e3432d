// Control characters but tab; C1 controls and the bidirectional overrides that reorder what a reader sees.
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
// eslint-disable-next-line no-control-regex
const ESCAPES = /\u001b\[[0-?]*[ -/]*[@-~]/g;

/** One line of a program's own output made harmless to show: what a carriage return overwrote, escapes and control characters are left out. */
export function cleanLine(line: string): string {
  const trimmed = line.endsWith('\r') ? line.slice(0, -1) : line;
  const shown = trimmed.slice(trimmed.lastIndexOf('\r') + 1);
  return shown.replace(ESCAPES, '').replace(CONTROLS, '');
}

/** Cuts to a number of characters, with an ellipsis where something was cut. */
export function cutText(text: string, width: number): string {
  if (text.length <= width) return text;
  return width < 1
    ? ''
    : `${text
        .slice(0, width - 1)
        .toWellFormed()
        .replace(/\ufffd$/, '')}…`;
}

export type Mask = (text: string) => string;

/** Values shorter than this are too common to be replaced wherever they occur. */
const SHORTEST_MASKED = 4;

/** Replaces every known secret, and every line of one that has several, by `***`. */
export function makeMask(secrets: readonly string[]): Mask {
  const parts = secrets.flatMap((secret) => [secret, ...secret.split(/\r?\n/)]).map((part) => part.trim());
  const known = [...new Set(parts)].filter((part) => part.length >= SHORTEST_MASKED);
  known.sort((a, b) => b.length - a.length);
  return (text) => known.reduce((masked, secret) => masked.replaceAll(secret, '***'), text);
}
