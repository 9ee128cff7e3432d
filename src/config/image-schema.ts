import { z } from 'zod';
import { PROFILES } from '../model/profiles.ts';
import { httpSchema, runSchema } from './check-schema.ts';
import { gpuSchema } from './gpu-schema.ts';
import { runnerLabels } from './runner-labels.ts';
import { sourceValue } from './sources.ts';
import {
  argvValue,
  durationValue,
  expectMap,
  imageName,
  memoryValue,
  nameValue,
  pathValue,
  percentValue,
  referenceValue,
  portValue,
  quotedText,
  sizeValue,
  textValue,
  variableName,
} from './values.ts';

const listOf = <T extends z.ZodType>(item: T, expected: string) => z.array(item, { error: expected });

const secretId = z.string().regex(/^[A-Za-z0-9_][\w.-]*$/, { error: 'a secret id of letters, digits, _ . and -' });
const secretValue = z.union(
  [
    sourceValue,
    z.strictObject({
      from: sourceValue.meta({ description: 'Where its value comes from.' }),
      rebuild: z
        .boolean({ error: 'true or false' })
        .optional()
        .meta({ description: 'Build the stage that mounts it without cache.', usual: false }),
    }),
  ],
  { error: 'env.NAME, file.path, or { from: env.NAME, rebuild: true } (never the value itself)' },
);

const COMPOSE = 'a compose file and a service, such as docker-compose.yml#postgres';
const composeValue = z
  .string({ error: COMPOSE })
  .regex(/^(?![/~])[^#\0]+#[A-Za-z0-9][\w.-]*$/, { error: COMPOSE })
  .meta({ title: 'compose reference' });

const UID = 'non-root, root, or a uid from 1 to 2147483647 without quotes';
const userValue = z
  .union([z.enum(['non-root', 'root']), z.int().min(1, { error: UID }).max(2_147_483_647, { error: UID })], {
    error: UID,
  })
  .meta({ title: 'non-root, root or uid' });

/** Smaller growth is noise of package mirrors and build tools. */
const LEAST_GROWTH = 20_000_000;
const GROWTH = 'a percentage such as 10%, or { percent: 10%, at-least: 20MB }';
const growthValue = z.union(
  [
    percentValue.transform((percent) => ({ percent, atLeast: LEAST_GROWTH })),
    z
      .strictObject(
        {
          percent: percentValue.meta({ description: 'Share of the size that the base branch published.' }),
          'at-least': sizeValue.optional().meta({ description: 'Smaller growth never fails.', usual: '20MB' }),
        },
        { error: expectMap(GROWTH) },
      )
      .transform((growth) => ({ percent: growth.percent, atLeast: growth['at-least'] ?? LEAST_GROWTH })),
  ],
  { error: GROWTH },
);

const LAYERS = 'a number of layers, 1 or more';
const sizes = z.strictObject({
  unpacked: sizeValue.optional().meta({ description: 'Sum of the unpacked layers.' }),
  download: sizeValue.optional().meta({ description: 'Config plus each distinct layer as stored.' }),
  layer: sizeValue.optional().meta({ description: 'The largest single layer, unpacked.' }),
  growth: growthValue
    .optional()
    .meta({ description: 'Growth against what the base branch published; fails only past both bounds.' }),
  layers: z
    .int({ error: LAYERS })
    .min(1, { error: LAYERS })
    .optional()
    .meta({ title: 'number', description: 'How many layers the image may have.' }),
  'growth-vs-base': sizeValue
    .optional()
    .meta({ description: 'What the image’s own layers add to its base image, unpacked.' }),
  wasted: sizeValue.optional().meta({ description: 'File bodies that a later layer overwrites or deletes.' }),
});

const platformValue = z
  .string({ error: 'a platform such as linux/amd64' })
  .regex(/^[a-z0-9]+\/[a-z0-9_]+(\/[a-z0-9.]+)?$/, { error: 'a platform such as linux/amd64' });

const sshValue = z
  .string({ error: '`default` or an agent id' })
  .regex(/^[A-Za-z0-9_][\w.-]*$/, { error: '`default` or an agent id' });

const tmpfsValue = z
  .string({ error: 'an absolute path in the container' })
  .regex(/^\/[^:,\s]*(:[\w=,%]+)?$/, { error: 'an absolute path in the container, such as /tmp or /run:size=16m' });

const build = {
  dockerfile: pathValue.optional().meta({ description: 'The Dockerfile. Needed unless `extends` gives it.' }),
  context: pathValue.optional().meta({ description: 'Build context.', usual: 'the folder of slipway.yml' }),
  target: textValue('the name of a stage')
    .optional()
    .meta({ title: 'name', description: 'Stage to build.', usual: 'the last one' }),
  args: z.record(variableName, quotedText, { error: 'a map of build arguments and texts' }).optional().meta({
    description:
      'Build arguments, literal values only: they can be read in the image. With `extends`, merged name by name.',
  }),
  secrets: z
    .record(secretId, secretValue, { error: 'a map of secret ids and sources' })
    .optional()
    .meta({ description: 'Build secrets by source, for `RUN --mount=type=secret,id=…`.' }),
  ssh: listOf(sshValue, 'a list such as [default]')
    .optional()
    .meta({ description: 'SSH agents for `RUN --mount=type=ssh`.' }),
  platforms: listOf(platformValue, 'a list such as [linux/amd64]').optional().meta({
    maxItems: 1,
    description: 'Platform to build for; several are not supported yet.',
    usual: 'the engine’s own',
  }),
  extends: nameValue.optional().meta({
    title: 'image name',
    description:
      'Another image whose keys this one starts from: `args` are merged, every other key replaces; with another `kind`, keys that the new kind does not know stay behind.',
  }),
  provenance: z
    .enum(['min', 'max', 'off'])
    .optional()
    .meta({ description: 'How much BuildKit’s provenance says; `max` holds every build argument.', usual: 'min' }),
  sbom: pathValue.optional().meta({
    description: 'A bill of materials you made, SPDX or CycloneDX in JSON: attached to the published digest.',
  }),
  'sbom-generator': referenceValue.optional().meta({
    description:
      'An image that lists what is inside, such as docker/buildkit-syft-scanner:stable-1: BuildKit runs it and keeps its answer beside the image.',
  }),
  compression: z.enum(['gzip', 'zstd']).optional().meta({ description: 'Compression of new layers.', usual: 'gzip' }),
  'build-within': durationValue
    .optional()
    .meta({ description: 'Time the build of this image may take.', usual: 'the top level’s' }),
  shard: imageName.optional().meta({
    title: 'name',
    description: 'Build job of the reusable workflow; images of one name share a runner.',
    usual: 'one job for all',
  }),
  'runs-on': runnerLabels
    .optional()
    .meta({ description: 'Runner of that job in the reusable workflow.', usual: 'the workflow’s `runs-on`' }),
};

const HARDENED = 'true, or a map such as { read-only: true, cap-drop: true, no-new-privileges: false }';
const hardenedFlag = z.boolean({ error: 'true or false' }).optional();
const hardenedMap = z.strictObject({
  'read-only': hardenedFlag.meta({
    description: 'A root file system nobody can write to. Rule run.read-only',
    usual: true,
  }),
  'cap-drop': hardenedFlag.meta({ description: 'No capability at all. Rule run.cap-drop-all', usual: true }),
  'no-new-privileges': hardenedFlag.meta({
    description: 'Set-uid programs gain nothing. Rule run.no-new-privileges',
    usual: true,
  }),
});

const run = {
  kind: z
    .enum(['service', 'job'])
    .optional()
    .meta({ description: 'A service runs until stopped; a job runs to its end.', usual: 'service' }),
  profile: z
    .enum(PROFILES.map(({ name }) => name))
    .optional()
    .meta({ description: 'The platform whose rules and defaults count; see docs/profiles.md.' }),
  port: portValue
    .optional()
    .meta({ description: 'Port the service listens on.', usual: 'EXPOSE, when it names one port' }),
  ports: listOf(portValue, 'a list of ports').optional().meta({ description: 'Further ports it may listen on.' }),
  env: z
    .record(variableName, quotedText, { error: 'a map of variables and texts' })
    .optional()
    .meta({ description: 'Environment of the checked container: literal test values, or env.NAME.' }),
  with: z
    .union([composeValue, listOf(composeValue, COMPOSE)], { error: `${COMPOSE}, or a list of them` })
    .optional()
    .meta({
      title: 'compose reference or list',
      description: 'Services that are up and healthy while the image is checked.',
    }),
  command: argvValue
    .optional()
    .meta({ description: 'Arguments the container is started with.', usual: 'the image’s own' }),
  tmpfs: listOf(tmpfsValue, 'a list such as [/tmp]')
    .optional()
    .meta({ description: 'Writable paths in memory.', usual: ['/tmp'] }),
  memory: memoryValue.optional().meta({ description: 'Limit the container runs under; rule run.memory.' }),
};

const checks = {
  size: z
    .union([sizeValue, sizes], { error: 'a size such as 500MB, or a map such as { unpacked: 500MB, download: 200MB }' })
    .optional()
    .meta({ title: 'size or map', description: 'Budgets; a single size is `unpacked`. Rules size.*' }),
  user: userValue.optional().meta({ description: 'Who the image must run as. Rules user.*', usual: 'non-root' }),
  'healthy-within': durationValue
    .optional()
    .meta({ description: 'Time from start to healthy. Rules health.*', usual: '120s' }),
  'started-within': durationValue
    .optional()
    .meta({ description: 'Time from start to the first success. Rule startup.time' }),
  'stops-within': durationValue
    .optional()
    .meta({ description: 'Time a stop may take. Rule stop.graceful', usual: '10s' }),
  http: listOf(httpSchema, 'a list such as [{ get: /health, status: 200 }]')
    .optional()
    .meta({ description: 'Requests the service must answer. Rule http.probe' }),
  hardened: z
    .union([z.literal(true), hardenedMap], { error: HARDENED })
    .optional()
    .meta({
      title: 'true or map',
      description:
        'What the service must stand in its hardened run; tried and reported where nothing is written. Rules run.*',
    }),
  run: listOf(runSchema, 'a list such as [{ command: [python, -m, app] }]')
    .optional()
    .meta({ description: 'Runs a job must pass. Rule job.exit' }),
  gpu: gpuSchema.optional().meta({ description: 'What the image must do on a GPU; docs/gpu.md' }),
};

/** One entry of `images:` as written: nothing filled in yet. */
const imageSchema = z
  .strictObject(
    { ...build, ...run, ...checks },
    { error: expectMap('a map such as { dockerfile: docker/Dockerfile.api }') },
  )
  .meta({ anyOf: [{ required: ['dockerfile'] }, { required: ['extends'] }] });
export type ParsedImage = z.output<typeof imageSchema>;

export const imagesSchema = z
  .record(imageName, imageSchema, { error: 'a map of image names, such as api: { dockerfile: docker/Dockerfile.api }' })
  .meta({ minProperties: 1, description: 'The images, by name; the name is the last part of the reference.' });
