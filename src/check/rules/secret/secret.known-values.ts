import type { KnownHit, KnownValueFacts } from '../../../model/known-values.ts';
import type { ImageDescription } from '../../../model/image.ts';
import type { RuleFinding } from '../../../model/verdict.ts';
import { nameLayer } from '../../budget.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

const REMEDY =
  'Give the value with RUN --mount=type=secret and keep it out of files, arguments and output; then revoke this one.';

/** The run was given the values, so it looks for exactly them, in every encoding and every place that leaves this machine. */
export const secretKnownValues = defineRule({
  id: 'secret.known-values',
  title: 'None of the secrets this run was given stands in image, provenance, cache or log',
  severity: 'error',
  always: true,
  keys: [],
  kinds: ['service', 'job'],
  needs: ['known-values', 'image'],
  settings: noSettings,
  check({ 'known-values': facts, image }) {
    const distinct = new Map(facts.hits.map((hit) => [`${hit.name}\0${hit.where}\0${String(hit.layer)}`, hit]));
    const [first, ...others] = [...distinct.values()].map((hit) => describeHit(hit, image));
    if (first !== undefined) return { status: 'failed', findings: [first, ...others] };
    const said = summarise(facts);
    return facts.searched.length === 0 ? { status: 'skipped', reason: said } : { status: 'passed', seen: said };
  },
});

function describeHit({ name, where, layer }: KnownHit, { layers }: ImageDescription): RuleFinding {
  if (layer === undefined) return { message: `the value of ${name} stands in ${where}`, seen: name, remedy: REMEDY };
  const instruction = layers[layer]?.instruction;
  return {
    message: `the value of ${name} stands in ${where} in ${nameLayer(layers[layer], layer)}`,
    seen: name,
    place: { file: where, inImage: true },
    remedy: REMEDY,
    ...(instruction === undefined ? {} : { written: { history: instruction } }),
  };
}

function summarise({ searched, unsearched, cachedSecrets }: KnownValueFacts): string {
  const count =
    searched.length === 0
      ? 'this run was given no secret that could be searched for'
      : `${String(searched.length)} ${searched.length === 1 ? 'value' : 'values'} searched`;
  const short = unsearched.length === 0 ? '' : `; too short to search for: ${unsearched.join(', ')}`;
  const old =
    cachedSecrets.length === 0
      ? ''
      : `; the step that mounts ${cachedSecrets.join(', ')} came from the cache and may hold an earlier value (\`rebuild: true\` builds it again)`;
  return `${count}${short}${old}`;
}
