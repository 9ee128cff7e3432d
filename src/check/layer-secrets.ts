import type { Facts } from '../model/facts.ts';
import type { SecretHit, SecretRule } from '../model/secrets.ts';
import type { Judgement, RuleFinding } from '../model/verdict.ts';
import { nameLayer } from './budget.ts';

/** What a rule says of its hits in the layers: each with its layer, whether it is still seen, and what to do. */
export function judgeHits(
  rule: SecretRule,
  { secrets, image }: Pick<Facts, 'secrets' | 'image'>,
  allow: readonly string[],
  remedy: string,
): Judgement {
  const hits = secrets.hits.filter((hit) => hit.rule === rule && !allow.includes(hit.fingerprint));
  const [first, ...others] = hits.map((hit) => describeHit(hit, image, remedy));
  if (first !== undefined) return { status: 'failed', findings: [first, ...others] };
  const [cut] = secrets.cut;
  if (cut !== undefined) {
    const layer = nameLayer(image.layers[cut], cut);
    return { status: 'undecided', reason: `${layer} holds more that looks like secrets than is kept` };
  }
  const base = secrets.baseLayers === 0 ? '' : `, ${String(secrets.baseLayers)} of the base image not searched`;
  return { status: 'passed', seen: `${String(secrets.searchedLayers)} layers searched${base}` };
}

function describeHit(hit: SecretHit, { layers }: Facts['image'], remedy: string): RuleFinding {
  const where = nameLayer(layers[hit.layer], hit.layer);
  const hidden =
    hit.hiddenBy === undefined
      ? ''
      : `, ${hit.hiddenBy === hit.layer ? 'gone' : `deleted by ${nameLayer(layers[hit.hiddenBy], hit.hiddenBy)}`}: still pullable`;
  const instruction = layers[hit.layer]?.instruction;
  return {
    message: `${hit.path} in ${where} holds a secret (${hit.kind}): ${hit.masked}${hidden} [${hit.fingerprint}]`,
    seen: hit.kind,
    place: { file: hit.path, inImage: true },
    remedy,
    ...(instruction === undefined ? {} : { written: { history: instruction } }),
  };
}
