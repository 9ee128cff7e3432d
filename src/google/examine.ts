import type { DoctorCheck } from '../model/doctor.ts';
import type { Claims } from '../model/identity.ts';
import { textOfClaim } from './claims.ts';
import { clauseLines, explainCondition } from './condition.ts';
import { byteLength, contextOf, evaluateMapping, type MappedAttribute, SUBJECT_LIMIT } from './mapping.ts';
import type { ProviderDescription } from './provider-file.ts';

/** Holds claims against a provider as Google would: the mapping, line by line, and the condition, clause by clause. */
export function examineProvider(provider: ProviderDescription, claims: Claims): DoctorCheck[] {
  const attributes = evaluateMapping(provider.mapping, claims);
  return [checkState(provider), checkMapping(attributes), checkCondition(provider, attributes, claims)];
}

function checkState({ state, disabled }: ProviderDescription): DoctorCheck {
  const off = disabled ? 'it is disabled' : state !== undefined && state !== 'ACTIVE' ? `it is ${state}` : undefined;
  return { name: 'provider', state: off === undefined ? 'ok' : 'failed', answer: off ?? 'it is on', lines: [] };
}

function checkMapping(attributes: readonly MappedAttribute[]): DoctorCheck {
  const tooLong = attributes.find(
    ({ target, value }) => target === 'google.subject' && byteLength(value) > SUBJECT_LIMIT,
  );
  const broken = attributes.find(({ problem }) => problem !== undefined);
  const failure =
    tooLong === undefined
      ? broken && `${broken.target} cannot be worked out`
      : `google.subject has ${String(byteLength(tooLong.value))} bytes, ${String(SUBJECT_LIMIT)} are allowed`;
  const lines = attributes.map(
    ({ target, value, problem }) => `${target} = ${problem === undefined ? textOfClaim(value) : `? (${problem})`}`,
  );
  return {
    name: 'mapping',
    state: failure === undefined ? 'ok' : 'failed',
    answer: failure ?? 'every attribute has a value',
    lines,
  };
}

function checkCondition(
  { condition }: ProviderDescription,
  attributes: readonly MappedAttribute[],
  claims: Claims,
): DoctorCheck {
  const name = 'condition';
  if (condition === undefined) {
    return { name, state: 'failed', answer: 'the provider has none: every repository of GitHub may use it', lines: [] };
  }
  const report = explainCondition(condition, contextOf(attributes, claims));
  if (!report.parsed) return { name, state: 'failed', answer: `it cannot be read: ${report.problem}`, lines: [] };
  const answer = report.holds ? 'it holds for these claims' : 'it does not hold for these claims';
  return { name, state: report.holds ? 'ok' : 'failed', answer, lines: clauseLines(report.clauses) };
}
