import type { SearchSpeed } from './secret-speed.ts';

/** What one scanner found of all corpora. */
export interface Recall {
  readonly name: string;
  readonly found: number;
  readonly fooled: number;
  /** Found by it and not by ours. */
  readonly alone: number;
  /** Kinds of the positives it found none of. */
  readonly missed: readonly string[];
}
export interface SecretResult {
  readonly date: string;
  readonly seeds: number;
  readonly positives: number;
  readonly kinds: number;
  readonly traps: number;
  /** Ours first. */
  readonly recalls: readonly Recall[];
  readonly speed?: SearchSpeed;
}

const MARK = '<!-- secrets: written by script/bench-secrets.ts -->';
const GOALS = { recall: 0.93, fooled: 1, speed: 40 } as const;

/** The page with another section about secrets, which stands at its end. */
export function replaceSection(page: string, section: string): string {
  const at = page.indexOf(MARK);
  return `${(at < 0 ? page : page.slice(0, at)).trimEnd()}\n\n${section}`;
}

/** The section as it stands in a page, empty where it has none. */
export function keptSection(page: string): string {
  const at = page.indexOf(MARK);
  return at < 0 ? '' : page.slice(at);
}

export function renderSection(result: SecretResult): string {
  const { date, seeds, positives, kinds, traps, recalls, speed } = result;
  const others = recalls.slice(1).map(({ name }) => name);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const [own] = recalls;
  if (own === undefined) throw new Error('nothing was measured');
  const met = (good: boolean): string => (good ? 'yes' : 'no');
  const head = ['what', ...recalls.map(({ name }) => name), 'goal', 'met'];
  return `${MARK}
## Secrets

Measured on ${date}. ${String(seeds)} corpora, each made up anew from its own seed: ${String(positives / seeds)} files with a secret of ${String(kinds)} kinds, and ${String(traps / seeds)} traps of the kinds that trees of Python, Node, CUDA and Debian contain. Nothing in them is or was real.

${line(head)}
${line(head.map(() => '---'))}
${line([`files with a secret that were found, of ${String(positives)}`, ...recalls.map(({ found }) => `${String(found)} (${(found / positives).toFixed(3)})`), `≥ ${String(GOALS.recall)}`, met(own.found >= GOALS.recall * positives)])}
${line([`traps taken for secrets, of ${String(traps)}`, ...recalls.map(({ fooled }) => String(fooled)), `≤ ${String(GOALS.fooled)} a corpus`, met(own.fooled <= GOALS.fooled * seeds)])}
${line(['found by it and not by ours', ...recalls.map(({ alone }, index) => (index === 0 ? '' : String(alone))), '', ''])}
${speed === undefined ? '' : renderSpeed(speed, others.length, line, met)}
The corpus and our patterns have the same author, so the first row says that nothing of a known form is lost in any setting; it does not say what a form that nobody thought of would do. The peers run with their own rules and archives searched one level deep, and some of these kinds they do not claim to know. Missed by ${recalls.map(({ name, missed }) => `**${name}**: ${missed.length === 0 ? 'none' : missed.join(', ')}`).join('; ')}.
`;
}

function renderSpeed(
  { bytes, files, hits, search, read, gunzip }: SearchSpeed,
  others: number,
  line: (cells: readonly string[]) => string,
  met: (good: boolean) => string,
): string {
  const megabytes = bytes / 1e6;
  const speed = (spent: number): string => `${(megabytes / spent).toFixed(0)} MB/s`;
  const blank = Array.from({ length: others }, () => '');
  return `${line(['search of a site-packages tree, by CPU time', speed(search), ...blank, `≥ ${String(GOALS.speed)} MB/s`, met(megabytes / search >= GOALS.speed)])}

The tree has ${String(files)} files and ${megabytes.toFixed(0)} MB (${String(hits)} findings in it). CPU to search it is ${(search / read).toFixed(1)} times what reading the same files from the page cache takes (${speed(read)}), and ${(search / gunzip).toFixed(1)} times what Node's gunzip of them takes (${speed(gunzip)}); the search happens in the pass that decodes a layer for its sizes anyway, once a blob.
`;
}
