import { GPU_RULE } from '../model/gpu-judgement.ts';
import { formatPlace } from '../model/place.ts';
import type { FindingRecord, JudgedRecord, OutcomeRecord } from '../model/record.ts';
import { REPOSITORY } from '../model/version.ts';

/** The page that says why a rule exists and how to fix what it finds. */
export function rulePage(rule: string): string {
  const page = rule === GPU_RULE ? 'gpu' : `rules/${encodeURIComponent(rule.toWellFormed())}`;
  return `https://github.com/${REPOSITORY}/blob/main/docs/${page}.md`;
}

/** A finding in full as plain text: image, sentence, why a waiver did not help, path in the image, remedy. */
export function findingText(image: JudgedRecord, outcome: OutcomeRecord, finding: FindingRecord): string {
  const why = outcome.reason === undefined || outcome.status === 'waived' ? '' : ` (${outcome.reason})`;
  const inside = finding.place?.inImage === true ? `\nin the image: ${formatPlace(finding.place)}` : '';
  return `${image.name}: ${finding.message}${why}${inside}\n→ ${finding.remedy}`;
}
