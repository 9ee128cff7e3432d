import { z } from 'zod';
import { imagesSchema } from './image-schema.ts';
import { googleSchema } from './google-schema.ts';
import { stackSchema } from './stack-schema.ts';
import { tagTemplate } from './tags.ts';
import { durationValue, expectMap, nameValue, textValue } from './values.ts';

/** What a registry to publish to looks like, in words. */
export const REGISTRY = 'a registry and path without scheme or tag, such as ghcr.io/acme or 127.0.0.1:5000/team';
const REGISTRY_PATTERN =
  /^(localhost|[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+|[A-Za-z0-9.-]+(?=:)|\[[0-9a-fA-F:]+\])(:\d{1,5})?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/;
const registryValue = z
  .string({ error: REGISTRY })
  .regex(REGISTRY_PATTERN, { error: REGISTRY })
  .meta({ title: 'registry path' });

/** Whether images can be published under the text. */
export function isRegistryPath(text: string): boolean {
  return REGISTRY_PATTERN.test(text);
}

/** Whether a `YYYY-MM-DD` names a day of the calendar. */
function isCalendarDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

const DAY = 'a day written YYYY-MM-DD, such as 2027-03-01';
const waiverSchema = z.strictObject(
  {
    rule: textValue('the id of a rule').meta({ title: 'rule id', description: 'The rule whose findings are waived.' }),
    image: nameValue.optional().meta({ title: 'image name', description: 'Only this image.', usual: 'every image' }),
    match: textValue('a text that the finding contains')
      .optional()
      .meta({ title: 'text', description: 'Only findings whose message or place contains this.' }),
    reason: z
      .string({ error: 'a reason a reader can follow' })
      .regex(/\S/, { error: 'a reason a reader can follow' })
      .meta({ title: 'text', description: 'Why it is acceptable.' }),
    expires: z
      .string({ error: DAY })
      .regex(/^\d{4}-\d{2}-\d{2}$/, { error: DAY })
      .refine(isCalendarDay, { error: DAY, params: { expected: true } })
      .meta({ title: 'day', description: 'Last day it holds, UTC; at most 180 days ahead.' }),
    owner: textValue('a person or team').optional().meta({ title: 'text', description: 'Who answers for it.' }),
  },
  { error: expectMap('a map with rule, reason and expires') },
);

const templates = (event: 'pull-request' | 'branch' | 'release') =>
  z.union([z.literal('none'), z.array(tagTemplate(event), { error: 'a list of tags' })], {
    error: 'none, or a list of tags such as ["sha-{sha:12}"]',
  });

const tagsSchema = z.strictObject(
  {
    'pull-request': templates('pull-request')
      .optional()
      .meta({ title: 'none or list', description: 'Tags for a pull request.', usual: 'none' }),
    branch: templates('branch')
      .optional()
      .meta({
        title: 'none or list',
        description: 'Tags for a push to a branch.',
        usual: ['sha-{sha:12}', '{branch}'],
      }),
    release: templates('release')
      .optional()
      .meta({
        title: 'none or list',
        description: 'Tags for a version tag such as v1.2.3.',
        usual: ['{version}', '{major}.{minor}', '{major}', 'latest'],
      }),
  },
  { error: expectMap('a map with pull-request, branch and release') },
);

/** The keys of the file without `rules`, which is parsed by the rules' own schemas. */
export const fileShape = {
  version: z
    .literal(1, { error: '1, the only version there is' })
    .optional()
    .meta({ title: '1', description: 'Version of this format.', usual: 1 }),
  registry: registryValue
    .optional()
    .meta({ description: 'Where images are published; the image name is appended. Without it: an OCI layout.' }),
  staging: registryValue.optional().meta({
    description: 'Where candidates wait for their verdict; a repository of its own, in the same registry.',
  }),
  google: googleSchema.optional().meta({
    description: 'Publishing to Google Artifact Registry without a stored key.',
  }),
  sign: z.enum(['auto', 'required', 'off']).optional().meta({
    description:
      'Whether verdict and provenance are signed as the job that publishes (Sigstore; for a public repository its name, workflow and commit go into a public log); `required` publishes nothing unsigned.',
    usual: 'auto',
  }),
  cache: z
    .enum(['auto', 'registry', 'gha', 'local', 'none'])
    .optional()
    .meta({ description: 'Where build cache is kept between runs.', usual: 'auto' }),
  'build-within': durationValue.optional().meta({ description: 'Time the whole build may take.' }),
  images: imagesSchema,
  stack: stackSchema
    .optional()
    .meta({ description: 'Services that belong together; an image of the stack is held back when the stack fails.' }),
  waivers: z
    .array(waiverSchema, { error: 'a list of waivers' })
    .optional()
    .meta({ description: 'Findings that are accepted for a while.' }),
  tags: tagsSchema.optional().meta({
    description:
      'Tags by event; moving tags only move forward. Placeholders: {sha}, {sha:12}, {branch}, {version}, {major}, {minor}, {patch}.',
  }),
  informational: z
    .boolean({ error: 'true or false' })
    .optional()
    .meta({ description: 'Report, never block.', usual: false }),
};

export const fileSchema = z.strictObject(
  { ...fileShape, rules: z.unknown().optional() },
  { error: expectMap('a map of keys') },
);
export type ParsedFile = z.output<typeof fileSchema>;
