import type { Config } from '../model/config.ts';
import { profileRule } from '../model/profiles.ts';
import type { AnyRule, Subject } from './rule.ts';

/** The settings a rule judges a subject by: its entry under `rules:` over those of the image's profile over its defaults, key by key. */
export function settingsOf(
  rule: Pick<AnyRule, 'id' | 'settings'>,
  { profile: name }: Pick<Subject, 'profile'>,
  config: Config,
): unknown {
  const profile = profileRule(name, rule.id)?.settings;
  const entry = config.rules[rule.id]?.settings;
  if (profile === undefined) return entry ?? rule.settings.parse({});
  return { ...(rule.settings.parse(profile) as object), ...(entry as object | undefined) };
}
