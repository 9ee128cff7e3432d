import { z } from 'zod';
import { defineRule } from '../../rule.ts';

const settings = z.strictObject({
  reproducible: z
    .boolean()
    .default(false)
    .describe('The time may be the epoch or before it, as reproducible builds set it.'),
});

const FORM = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;
/** Docker's first release: no image is older. */
const FIRST = Date.UTC(2013, 2, 20);

/** The image says when it was made (OCI image spec, config `created`): registries clean up and people compare by it. */
export const imageCreated = defineRule({
  id: 'image.created',
  title: 'The image says when it was made',
  severity: 'off',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['image'],
  settings,
  check({ image }, { settings: { reproducible } }) {
    const { created } = image;
    const time = created !== undefined && FORM.test(created) ? Date.parse(created) : Number.NaN;
    if (!Number.isNaN(time) && (reproducible || time >= FIRST)) {
      return { status: 'passed', seen: created ?? '' };
    }
    const seen = created ?? 'nothing';
    const message = Number.isNaN(time)
      ? `the image config says ${JSON.stringify(seen)} for its time of creation`
      : `the image says it was made at ${seen}, before there were container images`;
    const remedy = 'Set SOURCE_DATE_EPOCH to the time of the commit, or allow it with `reproducible: true`.';
    return { status: 'failed', findings: [{ message, seen, allowed: 'a time as in RFC 3339', remedy }] };
  },
});
