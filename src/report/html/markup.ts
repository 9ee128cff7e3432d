import { toHtml } from '../escape.ts';

/** HTML that is safe to put into a page: only `safe` makes it. */
export interface Markup {
  readonly markup: string;
}
type Part = string | number | Markup | readonly Part[] | undefined | false;

/** HTML from a template; what is filled in is escaped unless it is markup itself, and attribute values must stand in quotes. */
export function safe(fixed: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const texts = withoutIndentation(fixed);
  return {
    markup: texts.map((text, index) => `${text}${index < parts.length ? toMarkup(parts[index]) : ''}`).join(''),
  };
}

const KNOWN = new WeakMap<TemplateStringsArray, readonly string[]>();

/** The source's indentation would be a third of a large page. What is filled in keeps every space. */
function withoutIndentation(fixed: TemplateStringsArray): readonly string[] {
  const known = KNOWN.get(fixed);
  if (known !== undefined) return known;
  const texts = fixed.map((text) => text.replace(/\n\s*/g, '\n'));
  KNOWN.set(fixed, texts);
  return texts;
}

/** A sentence whose words between backticks are code; a backtick without a partner is a letter. */
export function prose(text: string): Markup {
  const parts = text.split(/`([^`\n]+)`/);
  return safe`${parts.map((part, index) => (index % 2 === 1 ? safe`<code>${part}</code>` : part))}`;
}

export const EMPTY: Markup = { markup: '' };

function toMarkup(part: Part): string {
  if (part === undefined || part === false) return '';
  if (typeof part === 'string') return toHtml(part);
  if (typeof part === 'number') return String(part);
  return 'markup' in part ? part.markup : part.map(toMarkup).join('');
}
