import type { Complaint } from '../model/fault.ts';
import { imageNames } from './cross-checks.ts';
import { formatPath, partAt } from './located.ts';
import type { Located } from './located.ts';
import { looksLikeSource } from './sources.ts';

/** What is used as written and was perhaps not meant so. */
export function findWarnings(root: Located): Complaint[] {
  return imageNames(root).flatMap((name) => {
    const args = partAt(root, ['images', name, 'args']);
    if (args?.kind !== 'map') return [];
    return [...args.entries].flatMap(([key, { value }]) => {
      if (value.kind !== 'scalar' || typeof value.value !== 'string' || !looksLikeSource(value.value)) return [];
      const path = formatPath(['images', name, 'args', key]);
      const message = `${path}: \`${value.value}\` is passed literally; a build argument is never read from the environment, and a secret belongs in \`secrets\``;
      return [{ message, place: value.place }];
    });
  });
}
