import { z } from 'zod';
import { runnerLabel, runnerLabels } from './runner-labels.ts';
import {
  argvValue,
  durationValue,
  expectMap,
  pathValue,
  percentValue,
  referenceValue,
  regexValue,
  sizeValue,
} from './values.ts';

const DEVICE = 'a CDI device such as nvidia.com/gpu=all';
const deviceValue = z
  .string({ error: DEVICE })
  .regex(/^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w-]*=[A-Za-z0-9][\w.:-]*$/, { error: DEVICE })
  .meta({ title: 'device' });

const count = (most: number) => {
  const error = `a whole number from 1 to ${String(most)}`;
  return z.int({ error }).min(1, { error }).max(most, { error }).meta({ title: 'count' });
};

const SM = 'a compute capability in quotes, such as "8.9"';
const DRIVER = 'a driver version in quotes, such as "550" or "550.54.15"';
const fleetSchema = z.strictObject(
  {
    name: runnerLabel.meta({ title: 'name', description: 'What reports call it.' }),
    sm: z
      .string({ error: SM })
      .regex(/^\d{1,2}\.\d$/, { error: SM })
      .meta({ title: 'text', description: 'Compute capability.' }),
    driver: z
      .string({ error: DRIVER })
      .regex(/^\d{3,4}(\.\d{1,4}){0,2}$/, { error: DRIVER })
      .meta({ title: 'text', description: 'The oldest driver on these machines.' }),
  },
  { error: expectMap('a map such as { name: l4, sm: "8.9", driver: "550" }') },
);

const MOUNT = 'a path and where it goes, such as ci/samples:/samples (always read-only)';
const mountValue = z
  .string({ error: MOUNT })
  .regex(/^(?![/~])[^:\0]+:\/[^:\0]*(:ro)?$/, { error: MOUNT })
  .meta({ title: 'mount' });

const SLOWER = 'a factor above 1 such as 3x';
const slowerValue = z
  .string({ error: SLOWER })
  .regex(/^\d{1,4}(\.\d{1,3})?x$/, { error: SLOWER })
  .transform((text) => Number(text.slice(0, -1)))
  .refine((factor) => factor > 1, { error: SLOWER, params: { expected: true } })
  .meta({ title: 'factor' });
const WITHOUT = 'fails, skip, or { slower: 3x }';
const withoutValue = z.union(
  [
    z.enum(['fails', 'skip']),
    z.strictObject(
      { slower: slowerValue.meta({ description: 'It must take at least so many times as long.' }) },
      { error: expectMap(WITHOUT) },
    ),
  ],
  { error: WITHOUT },
);

const EXIT = 'an exit code from 0 to 255';
const expectation = z.strictObject(
  {
    exit: z
      .int({ error: EXIT })
      .min(0, { error: EXIT })
      .max(255, { error: EXIT })
      .optional()
      .meta({ title: 'exit code', description: 'Exit code it must end with.', usual: 0 }),
    stdout: regexValue.optional().meta({ description: 'What its standard output must match.' }),
    json: z.unknown().optional().meta({
      title: 'any value',
      description: 'JSON that must be part of what it prints: the whole output, or its last line that is JSON.',
    }),
  },
  { error: expectMap('a map such as { exit: 0, stdout: /done/ }') },
);

const SHARE = 'a percentage from 1% to 100%';
const useSchema = z.strictObject(
  {
    utilization: percentValue
      .refine((percent) => percent >= 1 && percent <= 100, { error: SHARE, params: { expected: true } })
      .optional()
      .meta({ description: 'Utilisation that counts as use.', usual: '10%' }),
    samples: count(1000).optional().meta({ description: 'Samples, two a second, that must reach it.', usual: 3 }),
    memory: sizeValue.optional().meta({ description: 'What the used memory must rise by.', usual: '64MiB' }),
    'memory-max': sizeValue.optional().meta({ description: 'What it may rise by.' }),
  },
  { error: expectMap('a map such as { utilization: 20%, memory: 1GiB, memory-max: 16GiB }') },
);

const PHASE_NAME = 'a name of lower-case letters, digits and -';
const phaseSchema = z
  .strictObject(
    {
      name: z
        .string({ error: PHASE_NAME })
        .max(40, { error: 'a name of at most 40 characters' })
        .regex(/^[a-z0-9][a-z0-9-]*$/, { error: PHASE_NAME })
        .meta({ title: 'name', description: 'What reports call it.' }),
      probe: z
        .enum(['torch', 'cuda'])
        .optional()
        .meta({ description: 'Allocates and multiplies through PyTorch, or through the CUDA driver itself.' }),
      command: argvValue.optional().meta({ description: 'Arguments after the image’s entrypoint.' }),
      mounts: z
        .array(mountValue, { error: 'a list such as [ci/samples:/samples]' })
        .optional()
        .meta({ description: 'What of the repository the command sees, read-only.' }),
      within: durationValue.optional().meta({ description: 'Time the phase may take.', usual: '120s' }),
      expect: expectation.optional().meta({ description: 'What the command must do.', usual: { exit: 0 } }),
      gpu: useSchema
        .optional()
        .meta({ description: 'How much of the GPU it must use, and may; `{}` takes the defaults.' }),
      'without-gpu': withoutValue.optional().meta({
        title: 'word or map',
        description: 'What the same command must do without a GPU, or it proves nothing: `fails`, `{ slower: 3x }`.',
        usual: 'skip',
      }),
    },
    { error: expectMap('a map such as { name: see, probe: cuda }') },
  )
  .meta({ oneOf: [{ required: ['probe'] }, { required: ['command'] }] });
export type ParsedPhase = z.output<typeof phaseSchema>;

const TRIED = 'always, label, or a list of files and folders such as [inference, docker/Dockerfile.inference]';

/** Labels of the runner where none are written. */
export const RUNNERS = ['self-hosted', 'linux', 'gpu'];

/** `gpu:` of an image as written: nothing filled in yet. */
export const gpuSchema = z.strictObject(
  {
    required: z
      .boolean({ error: 'true or false' })
      .optional()
      .meta({ description: 'Publishing is blocked without a passing verdict.', usual: true }),
    'runs-on': runnerLabels
      .optional()
      .meta({ description: 'Labels of the runner; one text names a scale set.', usual: RUNNERS }),
    'retry-runs-on': runnerLabels
      .optional()
      .meta({ description: 'Where it is tried once more when the machine was at fault.', usual: RUNNERS }),
    mode: z
      .enum(['auto', 'cdi', 'gpus', 'runtime'])
      .optional()
      .meta({ description: 'How devices get into the container.', usual: 'auto' }),
    exec: z.enum(['docker', 'in-image']).optional().meta({
      description: '`in-image`: the job’s own container is the image, where there is no Docker.',
      usual: 'docker',
    }),
    device: deviceValue.optional().meta({ description: 'CDI name of the device.', usual: 'nvidia.com/gpu=all' }),
    count: count(16).optional().meta({ description: 'GPUs the image must see.', usual: 1 }),
    fleet: z
      .array(fleetSchema, { error: 'a list such as [{ name: l4, sm: "8.9", driver: "550" }]' })
      .optional()
      .meta({ description: 'GPUs it is meant for: checked before any GPU time is spent.', usual: [] }),
    canary: referenceValue
      .optional()
      .meta({ description: 'Image with Python that tells whether the machine is broken.', usual: 'python:3.12-slim' }),
    'shm-size': sizeValue.optional().meta({ description: 'Size of /dev/shm.', usual: '64MB' }),
    network: z.enum(['none', 'bridge']).optional().meta({ description: 'Network of the phases.', usual: 'none' }),
    'queue-within': durationValue.optional().meta({ description: 'Time until a runner takes the job.', usual: '20m' }),
    'pull-within': durationValue.optional().meta({ description: 'Time the pull may take.', usual: '15m' }),
    'stage-within': durationValue
      .optional()
      .meta({ description: 'Time the whole stage may take; a verdict is written in any case.', usual: '30m' }),
    phases: z
      .array(phaseSchema, { error: 'a list such as [{ name: see, probe: cuda }]' })
      .max(50, { error: 'at most 50 phases' })
      .optional()
      .meta({ description: 'What is tried on the GPU, in order.', usual: 'one probe of the driver' }),
    'on-infra': z
      .enum(['block', 'neutral'])
      .optional()
      .meta({ description: 'Colour of the check where the machine was at fault.', usual: 'block' }),
    'on-skip': z
      .enum(['warn', 'fail'])
      .optional()
      .meta({ description: 'Colour of the check where the stage did not run.', usual: 'warn' }),
    'pull-requests': z
      .union([z.enum(['always', 'label']), z.array(pathValue, { error: TRIED }).min(1, { error: TRIED })], {
        error: TRIED,
      })
      .optional()
      .meta({
        title: 'word or list of paths',
        description:
          'Which pull requests are tried: `always` (those that may affect the image), `label` (with the label `slipway:gpu`), or files and folders of which one has to change (or the label).',
        usual: 'always',
      }),
  },
  { error: expectMap('a map such as { phases: [{ name: see, probe: cuda }] }') },
);
export type ParsedGpu = z.output<typeof gpuSchema>;
