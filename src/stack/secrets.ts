import type { Effects } from '../model/effects.ts';
import { judgeSecretName } from '../model/secret-names.ts';
import type { StackConfig } from '../model/stack-config.ts';
import type { MergedModel } from './model.ts';

/** Values that no log and no report shows: what stack.env takes from the environment, and what services hold under a secret's name. */
export function secretValues(model: MergedModel, { env }: StackConfig, around: Effects['env']): readonly string[] {
  const given = Object.values(env).flatMap((value) => (value.from === 'env' ? [around[value.name] ?? ''] : []));
  const held = Object.values(model.services).flatMap(({ environment }) =>
    Object.entries(environment ?? {}).flatMap(([name, value]) =>
      typeof value === 'string' && judgeSecretName(name) !== undefined ? [value] : [],
    ),
  );
  return [...new Set([...given, ...held])];
}
