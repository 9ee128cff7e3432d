import type { Located, Path } from './located.ts';

/** Below these keys a value may be a secret somebody wrote by mistake: it is never repeated. */
const PRIVATE = new Set(['secrets', 'env', 'args', 'headers', 'body']);
const LIMIT = 60;
/** A password must be seen whole to be left out, and nobody reads more anyway. */
const LONG = 1000;

/** The value seen, for a complaint: as written, shortened, without passwords; `a map`, `a list`, `nothing`. */
export function describeSeen(part: Located | undefined, path: Path): string {
  if (part === undefined) return 'nothing';
  if (part.kind !== 'scalar') return part.kind === 'map' ? 'a map' : 'a list';
  if (part.value === null) return 'nothing';
  if (path.some((step) => PRIVATE.has(String(step)))) return describeKind(part.value);
  return quote(typeof part.value === 'string' ? describeText(part.value) : part.source);
}

function describeKind(value: string | number | boolean): string {
  if (typeof value === 'string') return 'a text (not shown)';
  return typeof value === 'number' ? 'a number (not shown)' : 'true or false';
}

/** A text that would be a number or boolean without its quotes keeps them, or `"1000"` would read like a uid. */
function describeText(text: string): string {
  return /^([\d.+-]+|true|false|null|)$/.test(text) ? JSON.stringify(text) : text;
}

function quote(text: string): string {
  if (text.length > LONG) return 'a long text';
  const line = withoutCredentials(text).replaceAll(/\s+/g, ' ');
  // eslint-disable-next-line no-control-regex -- a terminal must not obey what a config file contains
  const plain = line.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '�').replaceAll('`', 'ʼ');
  return `\`${plain.length > LIMIT ? `${plain.slice(0, LIMIT)}…` : plain}\``;
}

function withoutCredentials(text: string): string {
  return text.replaceAll(/[^\s/@]*:[^\s/@]*@/g, '…@');
}
