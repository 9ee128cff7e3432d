import type { ASTNode } from '@marcbachmann/cel-js';
import { evaluateCel, parseCel, partsOf, textOf } from './cel.ts';
import type { CelContext } from './cel.ts';
import { hintsFor } from './condition-hints.ts';
import { describeAbsence } from './claims.ts';

/** One part of a condition that has to hold by itself. */
export interface Clause {
  readonly text: string;
  readonly holds: boolean;
  /** The values that the clause names, `assertion.ref is "refs/heads/main"`. */
  readonly seen: readonly string[];
  /** Why it may not hold, from what others ran into. */
  readonly hints: readonly string[];
}
export type ConditionReport =
  | { readonly parsed: true; readonly holds: boolean; readonly clauses: readonly Clause[] }
  | { readonly parsed: false; readonly problem: string };

/** Evaluates a condition clause by clause: Google only ever says that it did not hold. */
export function explainCondition(condition: string, context: CelContext): ConditionReport {
  const syntax = parseCel(condition);
  if (!syntax.ok) return { parsed: false, problem: syntax.problem };
  const clauses = splitClauses(syntax.root).map((node) => judgeClause(node, context));
  return { parsed: true, holds: clauses.every((clause) => clause.holds), clauses };
}

/** The clauses as lines: `FAIL assertion.environment == 'release': assertion.environment is missing`. */
export function clauseLines(clauses: readonly Clause[]): readonly string[] {
  return clauses.flatMap(({ text, holds, seen, hints }) => [
    `${holds ? 'ok  ' : 'FAIL'} ${text}${holds || seen.length === 0 ? '' : `: ${seen.join(', ')}`}`,
    ...(holds ? [] : hints.map((hint) => `     ${hint}`)),
  ]);
}

function splitClauses(node: ASTNode): readonly ASTNode[] {
  return node.op === '&&' ? node.args.flatMap(splitClauses) : [node];
}

function judgeClause(node: ASTNode, context: CelContext): Clause {
  const text = textOf(node);
  const result = evaluateCel(text, context);
  const holds = result.ok && result.value === true;
  const names = [...new Set(findNames(node))];
  const missing = names.length > 0 || result.ok ? [] : [result.problem];
  return {
    text,
    holds,
    seen: [...names.map((name) => describeValue(name, context)), ...missing],
    hints: holds ? [] : hintsFor(node, context.assertion),
  };
}

const OWNERS = new Set(['assertion', 'attribute', 'google']);

/** Every `assertion.x`, `attribute.y` and `google.z` below a node. */
function findNames(node: ASTNode): readonly string[] {
  const owner = node.op === '.' ? node.args[0] : undefined;
  if (owner?.op === 'id' && OWNERS.has(owner.args)) return [textOf(node)];
  return partsOf(node).flatMap(findNames);
}

function describeValue(name: string, context: CelContext): string {
  const result = evaluateCel(name, context);
  if (result.ok) return `${name} is ${formatValue(result.value)}`;
  const absence = name.startsWith('assertion.')
    ? describeAbsence(name.slice('assertion.'.length), context.assertion)
    : undefined;
  return `${name} is missing${absence === undefined ? '' : ` (${absence})`}`;
}

function formatValue(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 300)) : String(value).slice(0, 300);
}
