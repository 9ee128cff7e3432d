import { Environment, serialize } from '@marcbachmann/cel-js';
import type { ASTNode } from '@marcbachmann/cel-js';
import type { Claims } from '../model/identity.ts';

/** What Google's conditions and mappings may name. */
export interface CelContext {
  readonly assertion: Claims;
  readonly google?: Readonly<Record<string, unknown>>;
  readonly attribute?: Readonly<Record<string, unknown>>;
}
export type CelResult =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string };
export type CelSyntax =
  { readonly ok: true; readonly root: ASTNode } | { readonly ok: false; readonly problem: string };

const environment = new Environment({ unlistedVariablesAreDyn: true }).registerFunction(
  'string.extract(string): string',
  extractPart,
);

/** Reads an expression of Google's subset of CEL. */
export function parseCel(text: string): CelSyntax {
  try {
    return { ok: true, root: environment.parse(text).ast };
  } catch (error) {
    return { ok: false, problem: firstLine(error) };
  }
}

/** The value of an expression, or why it has none: a claim that is missing, types that do not fit. */
export function evaluateCel(text: string, context: CelContext): CelResult {
  try {
    return { ok: true, value: environment.parse(text)(toCelValue({ google: {}, attribute: {}, ...context })) };
  } catch (error) {
    return { ok: false, problem: firstLine(error) };
  }
}

/** The text a node was written as; the parser leaves closing brackets out of some, which are written anew. */
export function textOf(node: ASTNode): string {
  const written = node.input.slice(node.start, node.end);
  return parseCel(written).ok ? written : serialize(node);
}

/** The direct parts of a node. */
export function partsOf(node: ASTNode): readonly ASTNode[] {
  if (node.op === 'value' || node.op === 'id') return [];
  if (node.op === '.' || node.op === '.?') return [node.args[0]];
  if (node.op === '!_' || node.op === '-_') return [node.args];
  if (node.op === 'call') return node.args[1];
  if (node.op === 'rcall') return [node.args[1], ...node.args[2]];
  return node.op === 'map' ? node.args.flat() : node.args;
}

/** JSON has one kind of number, CEL has two: whole ones are integers there. */
function toCelValue(value: unknown): Record<string, unknown> {
  return convert(value) as Record<string, unknown>;
}

function convert(value: unknown): unknown {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  if (Array.isArray(value)) return value.map(convert);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, convert(part)]));
}

/** Google's own addition to CEL: the part of a text that stands where the template has `{name}`; empty when it does not fit. */
function extractPart(text: string, template: string): string {
  const [, before = '', after = ''] = /^([^{]*)\{[^}]*\}(.*)$/s.exec(template) ?? [];
  const start = text.indexOf(before);
  if (start < 0) return '';
  const from = start + before.length;
  const end = after === '' ? text.length : text.indexOf(after, from);
  return end < 0 ? '' : text.slice(from, end);
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
