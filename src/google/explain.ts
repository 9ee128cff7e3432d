import type { IdentityRefusal } from '../model/identity.ts';
import type { ExplainContext, Explanation, RefusalRow } from './explanation.ts';
import { ACCESS_ROWS } from './refusals-access.ts';
import { EXCHANGE_ROWS } from './refusals-exchange.ts';

const ROWS: readonly RefusalRow[] = [...EXCHANGE_ROWS, ...ACCESS_ROWS];

/** Turns a refusal into what, why and the line to type; a wording nobody knows is shown as it came. */
export function explainRefusal(context: ExplainContext): Explanation {
  const row = ROWS.find(({ matches }) => matches(context.refusal));
  if (row !== undefined) return { row: row.row, propagating: row.propagating ?? false, ...row.explain(context) };
  return { row: 'unknown', what: context.refusal.text, why: [], type: ['slipway doctor'], propagating: false };
}

/** Whether waiting may help. */
export function mayPropagate(refusal: IdentityRefusal): boolean {
  return ROWS.find(({ matches }) => matches(refusal))?.propagating ?? false;
}
