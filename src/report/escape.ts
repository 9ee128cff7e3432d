/** Everything printed may come from an image, a branch name or a container's output: each face has its own way to defuse it. */

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Text without terminal control sequences or bidirectional overrides; tabs and newlines stay. */
export function toPrintable(text: string): string {
  return text
    .replace(/\r\n/g, '\n')
    .replace(CONTROL, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** One printable line, cut to a length; the cut is visible. */
export function toLine(text: string, limit = 500): string {
  const line = toPrintable(text).replace(/\s*\n\s*/g, ' ⏎ ');
  return line.length <= limit ? line : `${line.slice(0, limit - 1)}…`;
}

/**
 * What GitHub turns into notifications and links once the markdown is read, so that no way of writing it there helps (decision 0240):
 * mentions, issue numbers, addresses. `name@sha256:…` is none of it and stays what can be copied.
 */
const REFERENCE = /(?<![A-Za-z0-9])@|#(?=\d)|\bgh-(?=\d)|\bwww(?=\.)/gi;
/** A space without width. */
const APART = '\u200b';

/** Text that GitHub's markdown shows as it is: no markup, no HTML, no mention, no table break. */
export function toMarkdown(text: string): string {
  return toLine(text, 2000)
    .replace(REFERENCE, `$&${APART}`)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_{}[\]()#+\-!|~$:@]/g, (character) => `&#${String(character.charCodeAt(0))};`);
}

/** The same for a sentence whose words between backticks are code; a backtick without a partner is a letter. */
export function toProse(text: string): string {
  const parts = toLine(text, 2000).split(/`([^`\n]+)`/);
  return parts.map((part, index) => (index % 2 === 1 ? `<code>${toMarkdown(part)}</code>` : toMarkdown(part))).join('');
}

/** A block of untrusted lines as a fenced code block whose fence the text cannot close. */
export function toCodeBlock(text: string): string {
  const printable = toPrintable(text);
  const longest = Math.max(2, ...[...printable.matchAll(/`+/g)].map((match) => match[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${printable}\n${fence}`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for an HTML or XML element or a quoted attribute: no markup, no character that XML 1.0 forbids, no bidirectional override. */
export function toHtml(text: string): string {
  return toPrintable(text)
    .replace(/[\ud800-\udfff\ufffe\uffff]/gu, '\ufffd')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** The message part of a workflow command (GitHub docs, "Workflow commands"): only % and line ends have meaning. */
export function toCommandData(text: string): string {
  return toPrintable(text).replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

/** A property of a workflow command: also `:` and `,` have meaning. */
export function toCommandProperty(text: string): string {
  return toCommandData(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}
