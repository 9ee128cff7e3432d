import { z } from 'zod';
import type { EditableLink } from '../../../model/python-facts.ts';
import { countOf } from '../../number-words.ts';
import { failWithFew } from '../../path-findings.ts';
import { defineRule } from '../../rule.ts';

const settings = z.strictObject({
  allow: z
    .array(z.string())
    .default([])
    .describe('Folders that are mounted at run time, such as `/app/src`; links into them are accepted.'),
});

/** An editable installation is a link to the source folder; a stage that copies the link alone has nothing to import. */
export const pythonEditableDangling = defineRule({
  id: 'python.editable-dangling',
  title: 'Editable installations point to folders that are in the image',
  severity: 'error',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['python'],
  settings,
  check({ python }, { settings: { allow } }) {
    const accepted = (target: string) =>
      allow.some((folder) => `${target}/`.startsWith(`${folder.replace(/\/+$/, '')}/`));
    const dangling = python.links.filter(({ found, target, base }) => !found && !base && !accepted(target));
    const seen = countOf(python.links.length, 'link');
    const findings = groupByTarget(dangling).map(({ target, by, others }) => ({
      message: `${describeFile(by)} points to ${target}, which is not in the image${others === 0 ? '' : ` (${countOf(others, 'more file')} as well)`}`,
      place: { file: `/${by}`, inImage: true },
      remedy:
        'Install the project itself (`pip install .`, `uv sync --no-editable`) in the stage that builds it, or copy the folder to the same path.',
    }));
    return failWithFew(findings, seen);
  },
});

function groupByTarget(links: readonly EditableLink[]): readonly (EditableLink & { readonly others: number })[] {
  const groups = Map.groupBy(links, ({ target }) => target);
  return [...groups.values()].flatMap(([first, ...rest]) =>
    first === undefined ? [] : [{ ...first, others: rest.length }],
  );
}

function describeFile(path: string): string {
  return path
    .split('/')
    .slice(path.endsWith('direct_url.json') ? -2 : -1)
    .join('/');
}
