import type { AnyRule } from '../../src/check/rule.ts';
import type { ImageConfig } from '../../src/model/config.ts';
import type { Facts } from '../../src/model/facts.ts';
import type { Judgement } from '../../src/model/verdict.ts';
import { blankImage } from './blank.ts';

/** One rule over facts that are all known, with its default settings. */
export function checkRule(
  rule: AnyRule,
  facts: Partial<Facts>,
  image: ImageConfig = blankImage(),
  settings: unknown = {},
): Judgement {
  return rule.check(facts, { settings: rule.settings.parse(settings), image });
}

/** The messages of a failed judgement; empty for every other one. */
export function messagesOf(judgement: Judgement): readonly string[] {
  return judgement.status === 'failed' ? judgement.findings.map((finding) => finding.message) : [];
}
