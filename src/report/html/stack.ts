import type { RunRecord } from '../../model/record.ts';
import { stackLineOf, stackLogsOf, stackTableOf } from '../stack-cells.ts';
import { safe, type Markup } from './markup.ts';
import { renderRules } from './rules.ts';

/** What was seen of the stack, and what its rules make of it; nothing where none is declared. */
export function renderStack({ stack }: RunRecord, titles: ReadonlyMap<string, string>): Markup | undefined {
  if (stack === undefined) return undefined;
  const table = stackTableOf(stack);
  const line = stackLineOf(stack);
  return safe`<section class="image" aria-labelledby="stack">
    <h2 id="stack">The stack</h2>
    <p class="quiet">${stack.files.join(', ')} · ${stack.services.join(', ')}</p>
    ${line !== undefined && safe`<p>${line}</p>`}
    ${
      table &&
      safe`<div class="scroll" tabindex="0" role="region" aria-label="Services of the stack">
        <table>
          <thead>
            <tr>
              ${table.columns.map((name) => safe`<th scope="col">${name}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${table.rows.map(({ cells: [name, ...cells] }) => safe`<tr><th scope="row">${name}</th>${cells.map((cell) => safe`<td>${cell}</td>`)}</tr>`)}
          </tbody>
        </table>
      </div>`
    }
    ${stackLogsOf(stack).map(
      ([name, log]) => safe`<details class="fold">
        <summary>What ${name} printed last</summary>
        <pre>${log.join('\n')}</pre>
      </details>`,
    )}
    <h3>Rules</h3>
    ${renderRules(stack, titles)}
  </section>`;
}
