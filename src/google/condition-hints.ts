import type { ASTNode } from '@marcbachmann/cel-js';
import type { Claims } from '../model/identity.ts';
import { claimText, subjectFormat } from './claims.ts';
import { partsOf } from './cel.ts';

/** A claim and the text it is held against. */
interface Comparison {
  readonly claim: string;
  readonly wanted: string;
  readonly quoted: boolean;
}
type Hint = (comparison: Comparison, seen: string, claims: Claims) => string | undefined;

const HINTS: readonly Hint[] = [
  ({ claim, quoted }) =>
    quoted || !claim.endsWith('_id') ? undefined : `${claim} is a text: put the number in quotes`,
  ({ wanted }, seen) =>
    wanted !== seen && wanted.toLowerCase() === seen.toLowerCase()
      ? 'only letter case differs, and it counts'
      : undefined,
  ({ claim, wanted }, seen) =>
    claim === 'ref' && seen.startsWith('refs/pull/') && wanted.startsWith('refs/heads/')
      ? 'a pull request runs on refs/pull/N/merge, never on a branch'
      : undefined,
  ({ claim, wanted }, seen) =>
    claim === 'ref' && seen.startsWith('refs/tags/') && wanted.startsWith('refs/heads/')
      ? 'a release or tag runs on refs/tags/…, not on the branch it was cut from'
      : undefined,
  ({ claim, wanted }, seen) =>
    claim === 'ref' && seen === `refs/heads/${wanted}` ? `write the whole ref: ${seen}` : undefined,
  ({ claim, wanted }, seen) =>
    claim === 'sub' && wanted.startsWith('repo:') && subjectFormat(wanted) !== subjectFormat(seen)
      ? 'sub has another form since 2026-07-15 for new, renamed and transferred repositories: compare repository_id and repository_owner_id instead'
      : undefined,
  ({ claim, wanted }, seen) =>
    claim.endsWith('workflow_ref') && workflowOf(wanted) === workflowOf(seen) && wanted !== seen
      ? `the workflow is right, what stands after @ is not: ${seen.split('@')[1] ?? 'nothing'}; accept the list of refs in use, or compare job_workflow_sha`
      : undefined,
  ({ claim }, _seen, claims) =>
    claim === 'environment' && claims['environment'] === undefined
      ? 'write environment: NAME into the job that publishes; it is part of the identity'
      : undefined,
  ({ wanted }) =>
    wanted.includes('*') ? '* is an ordinary character in CEL: use startsWith() or matches()' : undefined,
];

/** What others ran into with such a clause (publish.md, "Failures"). */
export function hintsFor(node: ASTNode, claims: Claims): readonly string[] {
  const found = findComparisons(node).flatMap((comparison) =>
    HINTS.map((hint) => hint(comparison, claimText(claims, comparison.claim), claims)),
  );
  return [...new Set(found.filter((hint) => hint !== undefined))];
}

function findComparisons(node: ASTNode): readonly Comparison[] {
  const [left, right] = sidesOf(node);
  const claim = left === undefined ? undefined : claimOf(left);
  const here =
    claim === undefined || right === undefined ? [] : literalsOf(right).map((literal) => ({ claim, ...literal }));
  return [...here, ...partsOf(node).flatMap(findComparisons)];
}

function sidesOf(node: ASTNode): readonly [ASTNode, ASTNode] | readonly [] {
  if (node.op === '==' || node.op === 'in')
    return claimOf(node.args[0]) === undefined ? [node.args[1], node.args[0]] : node.args;
  const [argument] = node.op === 'rcall' ? node.args[2] : [];
  return node.op === 'rcall' && argument !== undefined ? [node.args[1], argument] : [];
}

function claimOf(node: ASTNode): string | undefined {
  const isClaim = node.op === '.' && node.args[0].op === 'id' && node.args[0].args === 'assertion';
  return isClaim ? node.args[1] : undefined;
}

function literalsOf(node: ASTNode): readonly { wanted: string; quoted: boolean }[] {
  if (node.op === 'list') return node.args.flatMap(literalsOf);
  if (node.op !== 'value') return [];
  return [{ wanted: String(node.args), quoted: typeof node.args === 'string' }];
}

function workflowOf(ref: string): string {
  return ref.split('@')[0] ?? '';
}
