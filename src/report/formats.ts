import type { RunRecord } from '../model/record.ts';
import { disarmJson } from '../model/runner-commands.ts';
import { renderHtml } from './html/page.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import { renderSarif } from './sarif.ts';
import { renderTerminal, type TerminalOptions } from './terminal.ts';

/** Formats of `--format`. */
export const FORMATS = ['terminal', 'json', 'markdown', 'sarif', 'junit', 'html'] as const;
export type Format = (typeof FORMATS)[number];

/** The record in one format, always ending in a newline. */
export function render(record: RunRecord, format: Format, options: TerminalOptions): string {
  switch (format) {
    case 'terminal':
      return renderTerminal(record, options);
    case 'json':
      return disarmJson(`${JSON.stringify(record, null, 2)}\n`);
    case 'markdown':
      return renderMarkdown(record);
    case 'sarif':
      return disarmJson(renderSarif(record));
    case 'junit':
      return renderJunit(record);
    case 'html':
      return renderHtml(record);
  }
}
