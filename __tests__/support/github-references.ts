/** What becomes a notification or a link in text that GitHub has rendered (github/cmark-gfm#181: entities and backslashes do not help; code does). */
export const GITHUB_REFERENCE = /(?:^|[^a-z0-9])@[a-z0-9]|#\d|\bgh-\d|\bwww\./im;

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

/** The text that a markdown parser makes of it. */
export function decodeEntities(markdown: string): string {
  return markdown.replace(/&(?:#(\d+)|([a-z]+));/g, (entity, code?: string, name?: string) =>
    code === undefined ? (NAMED[name ?? ''] ?? entity) : String.fromCodePoint(Number(code)),
  );
}
