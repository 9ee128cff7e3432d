import { z } from 'zod';
import { suggest } from './nearest.ts';

type TagEvent = 'pull-request' | 'branch' | 'release';

/** Which placeholders have a value for which event; `{sha:N}` is `sha` cut to N characters. */
const PLACEHOLDERS: Readonly<Record<TagEvent, Readonly<Record<string, string>>>> = {
  'pull-request': { sha: 'a'.repeat(40), branch: 'b' },
  branch: { sha: 'a'.repeat(40), branch: 'b' },
  release: { sha: 'a'.repeat(40), version: '1.2.3', major: '1', minor: '2', patch: '3' },
};
const EVERYWHERE = Object.assign({}, ...Object.values(PLACEHOLDERS)) as Readonly<Record<string, string>>;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/** What is wrong with a template for an event, or undefined. */
function describeTagProblem(template: string, event: TagEvent): string | undefined {
  const known = PLACEHOLDERS[event];
  for (const [whole, name = '', length] of template.matchAll(/\{([^{}:]*)(?::([^{}]*))?\}/g)) {
    if (!Object.hasOwn(EVERYWHERE, name)) {
      return `no placeholder \`${whole}\`${suggest(name, Object.keys(known))}`;
    }
    if (!Object.hasOwn(known, name)) {
      return `\`${whole}\` has no value for ${event}; known: ${Object.keys(known).join(', ')}`;
    }
    if (length !== undefined && !isShaLength(name, length)) {
      return `\`${whole}\` is not a placeholder; only {sha:N} takes a length, N from 7 to 40`;
    }
  }
  const sample = template.replaceAll(/\{(\w+)(?::\d+)?\}/g, (_, name: string) => known[name] ?? '');
  return TAG.test(sample)
    ? undefined
    : 'not a tag: letters, digits, _ . - and at most 128 characters, not starting with . or -';
}

function isShaLength(name: string, length: string): boolean {
  return name === 'sha' && /^\d{1,2}$/.test(length) && Number(length) >= 7 && Number(length) <= 40;
}

/** A tag template of one event. */
export function tagTemplate(event: TagEvent) {
  return z
    .string({ error: 'a tag (put it in quotes)' })
    .superRefine((template, ctx) => {
      const problem = describeTagProblem(template, event);
      if (problem !== undefined)
        ctx.addIssue({
          code: 'custom',
          message: `\`${template.slice(0, 60)}\`: ${problem}`,
          params: { complete: true },
        });
    })
    .meta({ title: 'tag', pattern: '^[A-Za-z0-9_{][A-Za-z0-9_.{}:-]*$' });
}
