import type { ProfileRule } from '../model/profile.ts';

/** One line of `slipway rules`. */
export interface ListedRule {
  readonly id: string;
  readonly title: string;
  /** `always`, or the level a bare entry under `rules:` gives. */
  readonly level: string;
  readonly kinds: readonly string[];
  readonly needs: readonly string[];
  /** Config keys that make it an error once written. */
  readonly keys: readonly string[];
  /** JSON Schema of its entry under `rules:`. */
  readonly settings: unknown;
  /** What each profile that names the rule makes of it. */
  readonly profiles: Readonly<Record<string, ProfileRule>>;
}

/** All rules for a terminal or, as JSON, for tools. */
export function renderRuleList(rules: readonly ListedRule[], json: boolean): string {
  if (json) return `${JSON.stringify(rules, null, 2)}\n`;
  const width = Math.max(...rules.map(({ id }) => id.length));
  const lines = rules.map(({ id, level, title }) => `${id.padEnd(width)}  ${level.padEnd(7)}  ${title}`);
  return `${lines.join('\n')}\n`;
}
