import { isDigest } from '../model/digest.ts';
import { Fault } from '../model/fault.ts';
import type { ImageDigests } from '../model/image.ts';
import type { ImageRecord, OutcomeRecord } from '../model/record.ts';
import type { RuleOutcome } from '../model/verdict.ts';

/** The digests of a record, each looked at. */
export function toDigests({ index, manifest, config }: NonNullable<ImageRecord['digests']>): ImageDigests {
  if (!isDigest(manifest) || !isDigest(config)) throw new Fault('the record holds something that is no digest');
  return index !== undefined && isDigest(index) ? { index, manifest, config } : { manifest, config };
}

/** What a decision needs of an outcome. */
export function toOutcome({ rule, status, severity }: OutcomeRecord): RuleOutcome {
  return { rule, status, severity, findings: [] };
}
