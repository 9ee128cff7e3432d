import { z } from 'zod';
import type { Finding } from '../../../model/verdict.ts';
import { failWithFew } from '../../path-findings.ts';
import { defineRule } from '../../rule.ts';

const PREFIX = 'org.opencontainers.image.';
/** What each value must look like (OCI image spec, annotations). */
const FORMS = {
  source: { form: /^(?:https?|git|ssh):\/\/\S+$|^git@\S+:\S+$/, words: 'the URL of the repository' },
  revision: { form: /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/, words: 'a full commit id' },
  created: {
    form: /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/,
    words: 'a time as in RFC 3339',
  },
  version: { form: /^[\w][\w.+-]{0,127}$/, words: 'a version' },
  licenses: { form: /^[\w.+()-]+(?: [\w.+()-]+)*$/, words: 'an SPDX expression' },
} as const;
type Name = keyof typeof FORMS;
const NAMES = ['source', 'revision', 'created', 'version', 'licenses'] as const satisfies readonly Name[];

const settings = z.strictObject({
  require: z
    .array(z.enum(NAMES))
    .default([...NAMES])
    .describe('Names below org.opencontainers.image. that must be there.'),
});

/** The labels that lead from an image back to its source; one that is there must have the right form even where it is not required. */
export const labelsOci = defineRule({
  id: 'labels.oci',
  title: 'Labels say where the image comes from',
  severity: 'warning',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['image'],
  instruction: 'LABEL',
  settings,
  check({ image }, { settings: { require } }) {
    const { labels } = image.config;
    const missing = require.filter((name) => (labels[`${PREFIX}${name}`] ?? '') === '');
    const wrong = NAMES.flatMap((name) => judgeForm(name, labels[`${PREFIX}${name}`] ?? ''));
    const all: Finding[] = missing.length === 0 ? [] : [describeMissing(missing)];
    return failWithFew([...all, ...wrong], `${String(require.length)} labels`);
  },
});

function describeMissing(missing: readonly Name[]): Finding {
  const names = missing.map((name) => `${PREFIX}${name}`).join(', ');
  return {
    message: `no label ${names}: nobody can tell which source the image was built from`,
    seen: `${String(missing.length)} missing`,
    remedy:
      'Declare build arguments and write LABEL lines at the end of the last stage, such as LABEL org.opencontainers.image.revision=$REVISION.',
  };
}

function judgeForm(name: Name, value: string): Finding[] {
  const { form, words } = FORMS[name];
  if (value === '' || form.test(value)) return [];
  const shown = value.length > 60 ? `${value.slice(0, 59)}…` : value;
  return [
    {
      message: `label ${PREFIX}${name} is ${JSON.stringify(shown)}, not ${words}`,
      seen: shown,
      allowed: words,
      remedy: `Write ${words} into the label, or leave the label away; a base image's label is inherited until it is set again.`,
    },
  ];
}
