import type { Claims } from '../model/identity.ts';
import { evaluateMapping, type MappedAttribute } from './mapping.ts';
import type { ProviderName } from './names.ts';

/** How Google names this token in bindings: one principal, and a set for every mapped attribute. */
export function listPrincipals(
  name: ProviderName,
  mapping: Readonly<Record<string, string>>,
  claims: Claims,
): readonly string[] {
  return evaluateMapping(mapping, claims).flatMap((attribute) => describePrincipal(name, attribute));
}

function describePrincipal({ project, pool }: ProviderName, { target, value }: MappedAttribute): string[] {
  if (typeof value !== 'string' || value === '') return [];
  const root = `iam.googleapis.com/projects/${project}/locations/global/workloadIdentityPools/${pool}`;
  if (target === 'google.subject') return [`principal://${root}/subject/${value}`];
  if (!target.startsWith('attribute.')) return [];
  return [`principalSet://${root}/${target}/${value}`];
}
