import type { Config, ImageConfig, RuleLevel } from '../model/config.ts';
import type { Fact, FactName, Facts, FactTable } from '../model/facts.ts';
import { undecided } from '../model/facts.ts';
import { formatPlace } from '../model/place.ts';
import type { Finding, Judgement, RuleFinding, RuleOutcome, Severity } from '../model/verdict.ts';
import { locateInstruction, locateWritten } from './dockerfile-place.ts';
import { isTurnedOff, levelOf } from './policy.ts';
import { settingsOf } from './rule-settings.ts';
import type { AnyRule, Subject } from './rule.ts';
import { applyWaivers, reportUnusedWaivers } from './waivers.ts';

/**
 * Every outcome of one image: the rules that apply and are not off, in the order of the list, then the image's unused waivers.
 * Throws when a rule throws: that is a bug of ours, and a rule must not catch its way to a pass.
 */
export function judgeImage(
  rules: readonly AnyRule[],
  facts: FactTable,
  image: ImageConfig,
  config: Config,
  now: Date,
): RuleOutcome[] {
  return judgeSubject(rules, facts, { ...image, image }, config, now);
}

/** Every outcome of the stack, where one is declared. */
export function judgeStack(rules: readonly AnyRule[], facts: FactTable, config: Config, now: Date): RuleOutcome[] {
  const written = config.stack?.written;
  return written === undefined
    ? []
    : judgeSubject(rules, facts, { name: 'stack', kind: 'stack', written }, config, now);
}

function judgeSubject(
  rules: readonly AnyRule[],
  facts: FactTable,
  subject: Subject,
  config: Config,
  now: Date,
): RuleOutcome[] {
  const judged = rules.flatMap((rule) => judgeRule(rule, facts, subject, config));
  const outcomes = judged.map((outcome) => applyWaivers(outcome, subject.name, config.waivers, now));
  return [...outcomes, ...reportUnusedWaivers(rules, outcomes, subject.name, config)];
}

function judgeRule(rule: AnyRule, facts: FactTable, subject: Subject, config: Config): RuleOutcome[] {
  const level = levelOf(rule, subject, config);
  if (level === undefined) return [];
  if (level === 'off') return isTurnedOff(rule, config) ? [turnedOff(rule, config)] : [];
  const missing = missingFact(rule, facts);
  if (missing !== undefined) return [outcomeOfMissing(rule, level, missing)];
  const judgement = evaluate(rule, facts, subject, config);
  return [toOutcome(rule, level, judgement, facts, subject.image)];
}

function turnedOff(rule: AnyRule, config: Config): RuleOutcome {
  const place = config.rules[rule.id]?.place;
  const where = place === undefined ? '' : ` (${formatPlace(place)})`;
  const severity = rule.always === true || rule.severity === 'error' ? 'error' : 'warning';
  return { rule: rule.id, status: 'skipped', severity, reason: `turned off under rules:${where}`, findings: [] };
}

type MissingFact = Exclude<Fact<never>, { state: 'known' }>;

/** The facts that keep a rule from judging, as one; undecided wins over skipped because it blocks. */
function missingFact(rule: AnyRule, facts: FactTable): MissingFact | undefined {
  const missing = rule.needs.map((need) => stateOf(need, facts)).filter((fact) => fact !== undefined);
  const open = missing.filter((fact) => fact.state === 'undecided');
  if (open.length === 0) return missing[0];
  const reasons = [...new Set(open.map((fact) => fact.reason))];
  const environment = open.every((fact) => fact.environment);
  return { state: 'undecided', reason: reasons.join('; '), environment };
}

function stateOf(need: FactName, facts: FactTable): MissingFact | undefined {
  const fact: Fact<unknown> = facts[need] ?? undecided(`the fact "${need}" was not gathered`);
  return fact.state === 'known' ? undefined : fact;
}

function outcomeOfMissing(rule: AnyRule, severity: Severity, fact: MissingFact): RuleOutcome {
  const base = { rule: rule.id, status: fact.state, severity, reason: fact.reason, findings: [] };
  return fact.state === 'undecided' && fact.environment ? { ...base, environment: true } : base;
}

function evaluate(rule: AnyRule, facts: FactTable, subject: Subject, config: Config): Judgement {
  const { name, image } = subject;
  const known: Partial<Record<FactName, unknown>> = {};
  for (const need of rule.needs) {
    const fact = facts[need];
    if (fact?.state === 'known') known[need] = fact.value;
  }
  const settings = settingsOf(rule, subject, config);
  try {
    return rule.check(known as Partial<Facts>, image === undefined ? { settings } : { settings, image });
  } catch (cause) {
    throw new Error(`rule ${rule.id} threw while judging ${image === undefined ? 'the' : 'image'} ${name}`, { cause });
  }
}

function toOutcome(
  rule: AnyRule,
  level: Exclude<RuleLevel, 'off'>,
  judgement: Judgement,
  facts: FactTable,
  image: ImageConfig | undefined,
): RuleOutcome {
  const base = { rule: rule.id, status: judgement.status, severity: level };
  switch (judgement.status) {
    case 'passed':
      return { ...base, findings: [], ...(judgement.seen === undefined ? {} : { seen: judgement.seen }) };
    case 'failed':
      return { ...base, findings: judgement.findings.map((finding) => locateFinding(rule, finding, facts, image)) };
    case 'skipped':
    case 'undecided':
      return { ...base, reason: judgement.reason, findings: [] };
  }
}

function locateFinding(
  rule: AnyRule,
  { written, ...finding }: RuleFinding,
  facts: FactTable,
  image: ImageConfig | undefined,
): Finding {
  if (facts.dockerfile?.state !== 'known') return finding;
  const line = written === undefined ? undefined : locateWritten(facts.dockerfile.value, written);
  // A line that can be changed says more than the path it ends in.
  if (line !== undefined && (finding.place === undefined || finding.place.inImage === true)) {
    return { ...finding, place: line };
  }
  if (finding.place !== undefined || rule.instruction === undefined) return finding;
  const place = locateInstruction(facts.dockerfile.value, rule.instruction, image?.target);
  return place === undefined ? finding : { ...finding, place };
}
