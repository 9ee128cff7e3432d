/** An HTML page in pieces: what a browser would make of it, for pages as strict as ours. */
export interface HtmlPieces {
  /** `div`, `input`, one for each opened element, in order. */
  readonly elements: readonly string[];
  /** Names of attributes that occur. */
  readonly attributes: ReadonlySet<string>;
  /** What stands in `href`. */
  readonly links: readonly string[];
}

const VOID = new Set(['meta', 'input', 'br', 'rect', 'path', 'circle']);
const TOKEN = /<!doctype html>|<(\/?)([a-z][a-z0-9]*)((?:\s+[a-zA-Z-]+(?:="[^"<>]*")?)*)\s*(\/?)>|([^<>]+)/y;

/** Reads a page without comments whose every special character in text and attributes is escaped; throws at the first thing that is not, and where elements do not nest. */
export function readHtml(page: string): HtmlPieces {
  const text = page.replace(/(<(style|script)>)[^]*?(<\/\2>)/g, '$1$3');
  const elements: string[] = [];
  const attributes = new Set<string>();
  const links: string[] = [];
  const open: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new Error(`not HTML at ${JSON.stringify(text.slice(at, at + 80))}`);
    const [, closing, name, given = '', empty] = match;
    if (name === undefined) continue;
    if (closing === '/') {
      if (open.pop() !== name) throw new Error(`</${name}> closes another element`);
      continue;
    }
    elements.push(name);
    for (const [, attribute = '', value = ''] of given.matchAll(/([a-zA-Z-]+)(?:="([^"]*)")?/g)) {
      attributes.add(attribute);
      if (attribute === 'href') links.push(value);
    }
    if (empty !== '/' && !VOID.has(name)) open.push(name);
  }
  if (open.length > 0) throw new Error(`left open: ${open.join(', ')}`);
  return { elements, attributes, links };
}
