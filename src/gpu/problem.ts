import type { GpuDiagnosis } from '../model/gpu-verdict.ts';
import type { DiagnosisRow } from './diagnosis-row.ts';
import { findSight, findText, type SightId } from './diagnosis-table.ts';

/** Something that went wrong, before anybody said whose fault it is. */
export interface Problem {
  readonly row: DiagnosisRow;
  /** The words that decided, of whatever said them. */
  readonly seen: string;
}

export function sight(id: SightId, seen = ''): Problem {
  return { row: findSight(id), seen };
}

/** The row whose text is in the words, else the one that was looked for. */
export function fromWords(words: string, otherwise: SightId): Problem {
  return { row: findText(words) ?? findSight(otherwise), seen: words };
}

const LONGEST = 400;

/** A text on one line, as far as a report shows it. */
export function oneLine(text: string, longest = LONGEST): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}

/** The problem as the verdict keeps it; `about` names the phase. */
export function toDiagnosis({ row, seen }: Problem, about?: string): GpuDiagnosis {
  const message = about === undefined ? row.says : `${about}: ${row.says}`;
  return { rule: row.id, message, remedy: row.remedy, ...(seen === '' ? {} : { seen: oneLine(seen) }) };
}
