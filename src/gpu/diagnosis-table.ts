import type { DiagnosisRow } from './diagnosis-row.ts';
import { SIGHTS } from './diagnosis-sights.ts';
import { TEXTS } from './diagnosis-texts.ts';

export type SightId = (typeof SIGHTS)[number]['id'];

/** Every diagnosis there is: texts first, in the order they are tried. */
export const DIAGNOSES: readonly DiagnosisRow[] = [...TEXTS, ...SIGHTS];

/** The first row whose text is seen. */
export function findText(seen: string): DiagnosisRow | undefined {
  return TEXTS.find(({ text }) => text.test(seen));
}

/** The same in what a program printed: it cannot speak for the machine, so rows that blame the machine are not looked for. */
export function findLogText(seen: string): DiagnosisRow | undefined {
  return TEXTS.find(({ text, blame }) => blame !== 'infra' && text.test(seen));
}

/** The row of something that was found by looking. */
export function findSight(id: SightId): DiagnosisRow {
  const row = SIGHTS.find((each) => each.id === id);
  if (row === undefined) throw new Error(`no diagnosis ${id}`);
  return row;
}
