import type { Config, ImageConfig, RuleLevel } from '../model/config.ts';
import { profileRule } from '../model/profiles.ts';
import type { AnyRule, Subject } from './rule.ts';

type Judged = Pick<Subject, 'kind' | 'written' | 'profile'>;

/**
 * What a rule's failure means for this image or the stack (config.md, "short by default, strict once declared"),
 * or undefined when the rule does not apply to its kind.
 */
export function levelOf(rule: AnyRule, subject: Judged, config: Config): RuleLevel | undefined {
  if (!rule.kinds.includes(subject.kind)) return undefined;
  const level = declaredLevel(rule, subject, config);
  return config.informational && level === 'error' ? 'warning' : level;
}

/** Whether the user turned the rule off, as opposed to a rule that is off until asked for. */
export function isTurnedOff(rule: AnyRule, config: Config): boolean {
  return config.rules[rule.id]?.level === 'off' && rule.always !== true;
}

function declaredLevel(rule: AnyRule, subject: Judged, config: Config): RuleLevel {
  const entry = config.rules[rule.id];
  if (rule.always === true) return 'error';
  if (entry?.level === 'off') return 'off';
  if (rule.keys.some((key) => subject.written.has(key))) return 'error';
  const profile = profileRule(subject.profile, rule.id);
  if (entry === undefined && profile === undefined) return rule.severity === 'off' ? 'off' : 'warning';
  // A bare entry asks for the rule, so one that is off by default starts as a warning.
  const own = rule.severity === 'off' ? 'warning' : rule.severity;
  if (entry === undefined) return profile?.level ?? own;
  return entry.level ?? (profile?.level === 'off' ? own : (profile?.level ?? own));
}

/** The rules that judge this image: those that apply to its kind and are not off. Their needs decide which probes run. */
export function activeRules(rules: readonly AnyRule[], image: ImageConfig, config: Config): readonly AnyRule[] {
  return rules.filter((rule) => (levelOf(rule, image, config) ?? 'off') !== 'off');
}
