import type { z } from 'zod';
import type { ImageConfig, ImageKind, ProfileName } from '../model/config.ts';
import type { ComposeFacts, FactName, Facts } from '../model/facts.ts';
import type { Judgement } from '../model/verdict.ts';

/** What a rule can be about; rules of the stack judge its compose files as a whole. */
export type RuleKind = ImageKind | 'stack';

/** What is judged: an image, or the stack, which is none. */
export interface Subject {
  readonly name: string;
  readonly kind: RuleKind;
  readonly written: ReadonlySet<string>;
  readonly profile?: ProfileName;
  readonly image?: ImageConfig;
}

export interface RuleContext<Settings> {
  readonly settings: Settings;
  readonly image: ImageConfig;
}

/** One rule: everything there is to say about it stands in its own file. */
export interface Rule<Need extends FactName, Settings> {
  readonly id: string;
  /** One sentence, for `slipway rules` and the reports. */
  readonly title: string;
  /** E, W, O of the catalogue: what a bare `rules:` entry gives. */
  readonly severity: 'error' | 'warning' | 'off';
  /** An error even when nothing was written (config.md, "Always errors"). */
  readonly always?: boolean;
  /** Image keys (dotted) that make the rule an error once written. */
  readonly keys: readonly string[];
  readonly kinds: readonly RuleKind[];
  readonly needs: readonly Need[];
  /** Findings without a place point to this instruction of the Dockerfile, where there is one. */
  readonly instruction?: 'USER' | 'HEALTHCHECK' | 'CMD' | 'ENTRYPOINT' | 'FROM' | 'ENV' | 'EXPOSE' | 'LABEL' | 'VOLUME';
  /** Schema of the rule's entry under `rules:`; the source of its type, parser, documentation and completion. */
  readonly settings: z.ZodType<Settings>;
  check(facts: Pick<Facts, Need>, context: RuleContext<Settings>): Judgement;
}

/** A rule with its types erased, as lists hold it; only `judge` calls `check`. */
export interface AnyRule extends Omit<Rule<FactName, unknown>, 'check'> {
  /** There is an image wherever the rule's kinds name one. */
  check(
    facts: Partial<Facts>,
    context: Pick<RuleContext<unknown>, 'settings'> & Partial<RuleContext<unknown>>,
  ): Judgement;
}

/** Keeps a rule's own types while it is written and erases them for the list: reading an undeclared fact does not compile. */
export function defineRule<const Need extends FactName, Settings>(rule: Rule<Need, Settings>): AnyRule {
  return rule;
}

interface StackRule<Settings> extends Pick<Rule<'compose', Settings>, 'id' | 'title' | 'severity' | 'settings'> {
  check(compose: ComposeFacts, settings: Settings): Judgement;
}

/** A rule of the stack: it sees the compose files and no image. One that is an error by default becomes one once `stack.files` is written. */
export function defineStackRule<Settings>(rule: StackRule<Settings>): AnyRule {
  return defineRule({
    ...rule,
    keys: rule.severity === 'error' ? ['stack.files'] : [],
    kinds: ['stack'],
    needs: ['compose'],
    check: ({ compose }, { settings }) => rule.check(compose, settings),
  });
}
