import { z } from 'zod';

/** Name and major version of a GPU verdict; readers refuse another major. */
export const GPU_VERDICT_SCHEMA = 'slipway-gpu-verdict/v1';

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const milliseconds = z.number().nonnegative().describe('milliseconds');
const bytes = z.number().int().describe('bytes');
const line = z.string().max(2000);
const lines = z.array(line).max(200);

const diagnosis = z.object({
  rule: line.describe('row of the table of diagnoses, docs/gpu.md'),
  message: line.describe('what happened, in one line'),
  remedy: line,
  seen: line.optional().describe('the text that decided'),
});

const device = z.object({
  index: z.number().int(),
  uuid: line,
  name: line,
  sm: line.optional().describe('compute capability'),
  memoryTotal: bytes.optional(),
  memoryUsed: bytes.optional().describe('before anything of ours ran'),
  mig: z.boolean(),
  persistence: z.boolean().optional(),
});

const canary = z.object({
  image: line,
  passed: z.boolean(),
  elapsed: milliseconds,
  listed: lines.describe('devices as nvidia-smi -L in the container lists them'),
  detail: line.optional(),
});

const point = z.object({
  at: milliseconds.describe('milliseconds since the phase began'),
  utilization: z.number().nullable().describe('percent; null where the driver does not say'),
  memory: bytes.nullable(),
});

const samples = z.object({
  count: z.number().int().nonnegative(),
  dropped: z.number().int().nonnegative(),
  utilization: z
    .object({ max: z.number(), median: z.number(), mean: z.number(), reached: z.number().int() })
    .optional()
    .describe('percent; reached: samples at or above what is demanded'),
  memory: z
    .object({
      baseline: bytes,
      peak: bytes,
      rise: bytes,
      counted: bytes.optional().describe('peak by accounting mode, or by what the program says of itself'),
    })
    .optional(),
  temperature: z.number().optional().describe('highest, degrees Celsius'),
  power: z.number().optional().describe('highest, watts'),
  throttled: lines.describe('clocks were held down by'),
  pids: z.array(z.number().int()).max(64).describe('processes of the container that the driver saw'),
  series: z.array(point).max(400),
});

const expectation = z.object({ what: line, seen: line, passed: z.boolean() });

const phase = z.object({
  name: line,
  status: z.enum(['passed', 'failed', 'not-run']),
  argv: z.array(line).max(200),
  startedAt: z.string().optional(),
  elapsed: milliseconds,
  runs: z.array(milliseconds).max(100).describe('how long each run took; the first pays for compilation and tuning'),
  exitCode: z.number().int().optional(),
  error: line.optional().describe('why the process never came to exist, in the engine’s words'),
  timedOut: z.boolean(),
  outOfMemory: z.boolean(),
  expectations: z.array(expectation).max(50),
  samples: samples.optional(),
  withoutGpu: z
    .object({ expected: line, seen: line, passed: z.boolean(), elapsed: milliseconds })
    .optional()
    .describe('the same command on no GPU'),
  log: lines.describe('its last lines, masked'),
});

/** What one attempt on one machine found out about one image. */
export const gpuVerdictSchema = z.object({
  schema: z.literal(GPU_VERDICT_SCHEMA),
  tool: z.object({ name: z.literal('slipway'), version: line }),
  image: line,
  digests: z.object({ index: digest.optional(), manifest: digest, config: digest }),
  policyHash: z.string().regex(/^[0-9a-f]{64}$/),
  attempt: z.number().int().positive(),
  run: z.object({
    id: line,
    workflow: line.optional(),
    runner: line.optional(),
    startedAt: z.string(),
    finishedAt: z.string(),
  }),
  verdict: z.enum(['passed', 'failed', 'infra', 'skipped']).describe('failed: the image; infra: the machine'),
  standIn: z.boolean().describe('no real GPU was there: it clears only loopback registries and OCI layouts'),
  diagnosis: diagnosis.optional(),
  warnings: z.array(diagnosis).max(50),
  host: z
    .object({
      driver: line.optional(),
      cuda: line.optional(),
      docker: line.optional(),
      devices: z.array(device).max(64),
      notes: lines,
    })
    .optional(),
  requirements: z
    .array(z.object({ variable: line, asks: line, met: z.enum(['yes', 'no', 'open']) }))
    .max(50)
    .optional()
    .describe('what the image asks of the machine (NVIDIA_REQUIRE_*), and whether it is met'),
  execution: z.enum(['docker', 'in-image']),
  lost: lines.describe('what this way of running does not prove'),
  injection: z
    .object({ asked: line, happened: z.enum(['cdi', 'runtime', 'gpus', 'none']), device: line, why: line })
    .optional(),
  pull: z.object({ elapsed: milliseconds, id: line }).optional(),
  canary: z.object({ before: canary.optional(), after: canary.optional() }),
  phases: z.array(phase).max(60),
  xid: z.object({ observed: z.boolean(), how: line, lines }).optional(),
  leftOver: z.object({ released: z.boolean(), after: milliseconds, bytes: bytes.optional() }).optional(),
});

export type GpuVerdict = z.infer<typeof gpuVerdictSchema>;
export type GpuPhaseResult = z.infer<typeof phase>;
export type GpuSamples = z.infer<typeof samples>;
export type GpuDiagnosis = z.infer<typeof diagnosis>;
export type GpuCanaryResult = z.infer<typeof canary>;
export type GpuDevice = z.infer<typeof device>;

/** Attempts on one image that a record keeps. */
export const MOST_ATTEMPTS = 10;

/** What the config asked for and what each attempt found; part of the image's record. */
export const gpuRecordSchema = z.object({
  required: z.boolean().describe('publishing needs a pass for this digest and this policy'),
  onInfra: z.enum(['block', 'neutral']),
  onSkip: z.enum(['warn', 'fail']),
  attempts: z.array(gpuVerdictSchema).max(MOST_ATTEMPTS),
});
export type GpuRecord = z.infer<typeof gpuRecordSchema>;
