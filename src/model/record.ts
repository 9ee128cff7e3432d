import { z } from 'zod';
import { evidence, failure } from './failure-record.ts';
import { gpuRecordSchema } from './gpu-verdict.ts';
import { jobsSchema, unchangedSchema } from './jobs-record.ts';
import { stackRun, stackStarted } from './record-stack.ts';
import { bytes, digest, digests, milliseconds } from './record-units.ts';

/** Name and major version of the record; readers refuse another major. */
export const RECORD_SCHEMA = 'slipway-record/v1';

const place = z.object({
  file: z.string(),
  line: z.number().int().positive().optional(),
  column: z.number().int().positive().optional(),
  inImage: z.boolean().optional(),
});

const finding = z.object({
  message: z.string(),
  seen: z.string().optional(),
  allowed: z.string().optional(),
  place: place.optional(),
  remedy: z.string(),
  waived: z.string().optional(),
});

const outcome = z.object({
  rule: z.string(),
  status: z.enum(['passed', 'failed', 'waived', 'skipped', 'undecided']),
  severity: z.enum(['error', 'warning']),
  reason: z.string().optional(),
  seen: z.string().optional(),
  environment: z.boolean().optional(),
  findings: z.array(finding),
});

const layer = z.object({
  digest,
  diffId: digest,
  compressed: bytes,
  unpacked: bytes,
  base: z.boolean(),
  instruction: z.string().optional(),
  place: place.optional().describe('the Dockerfile line that made it'),
  hidden: bytes.optional().describe('bytes of file bodies that later layers replace or delete'),
});

const heavyPath = z.object({
  path: z.string(),
  layer: z.number().int().nonnegative().describe('index of the layer that holds these bytes'),
  bytes,
  files: z.number().int().nonnegative(),
});

const baseline = z
  .object({
    reference: z.string().optional(),
    digest: digest.optional(),
    download: bytes.optional(),
    unpacked: bytes.optional(),
    layers: z.array(z.object({ diffId: digest.optional(), digest: digest.optional(), unpacked: bytes.optional() })),
  })
  .describe('what the base branch published last');

const step = z.object({
  name: z.string(),
  startedAt: milliseconds.optional().describe('milliseconds since the epoch'),
  elapsed: milliseconds.optional(),
  cached: z.boolean(),
  error: z.string().optional(),
});

const stage = z.object({
  stage: z.enum(['plan', 'build', 'check', 'stack', 'gpu', 'publish']),
  image: z.string().optional().describe('absent: all images together'),
  startedAt: milliseconds.describe('milliseconds since the epoch'),
  elapsed: milliseconds,
});

const published = z.object({
  reference: z.string(),
  digest,
  tags: z.array(
    z.object({
      tag: z.string(),
      action: z
        .enum(['created', 'moved', 'same', 'kept', 'undecided'])
        .describe(
          'kept: it means another image on purpose; undecided: not moved, because nobody could say whether that is forward',
        ),
      reason: z.string(),
    }),
  ),
  attached: z.array(z.object({ artifactType: z.string(), predicateType: z.string().optional(), digest })).optional(),
  notAttached: z.array(z.string()).optional().describe('why an artifact is not there'),
  uploadedBlobs: z.number().int(),
  mountedBlobs: z
    .number()
    .int()
    .optional()
    .describe('taken over from the staging repository, without a byte travelling'),
  presentBlobs: z.number().int(),
  uploadedBytes: bytes,
  elapsed: milliseconds,
  retries: z.array(z.string()),
});

const movingTag = z.discriminatedUnion('level', [
  z.object({ tag: z.string(), level: z.enum(['release', 'major', 'minor']), version: z.string() }),
  z.object({ tag: z.string(), level: z.literal('branch'), commit: z.string() }),
]);

const image = z.object({
  name: z.string(),
  kind: z.enum(['service', 'job']),
  reason: z.string().describe('why it is built'),
  policyHash: z.string(),
  dockerfile: z.string().optional(),
  tags: z.array(z.string()),
  /** Tags that only ever move forward, and the release or commit they would mean. */
  moving: z.array(movingTag).optional(),
  lasting: z
    .array(z.object({ tag: z.string(), names: z.enum(['version', 'commit']) }))
    .optional()
    .describe('tags that mean one image for ever'),
  status: z.enum(['planned', 'built', 'failed', 'not-built']),
  given: z.string().optional().describe('how an image was named that was not built here'),
  /** What the engine holds it under until it is published. */
  local: z.string().optional(),
  platform: z.string().optional(),
  digests: digests.optional(),
  context: z.object({ bytes, files: z.number().int() }).optional(),
  build: z
    .object({
      elapsed: milliseconds,
      steps: z.number().int(),
      cached: z.number().int(),
      timeline: z.array(step).optional(),
      failure: failure.optional(),
      note: z.string().optional(),
    })
    .optional(),
  sizes: z.object({ download: bytes, unpacked: bytes, wasted: bytes.optional(), layers: z.array(layer) }).optional(),
  paths: z.array(heavyPath).optional().describe('the heaviest folders and files of each layer, folders first'),
  baseline: baseline.optional(),
  budget: z.object({ unpacked: bytes.optional(), download: bytes.optional() }).optional(),
  user: z.string().optional(),
  timings: z
    .object({
      healthy: milliseconds.optional(),
      firstSuccess: milliseconds.optional(),
      stop: milliseconds.optional(),
      memoryPeak: bytes.optional(),
    })
    .optional(),
  gpu: gpuRecordSchema.optional().describe('what the GPU stage found out; absent: nothing is tried on a GPU'),
  evidence: evidence.optional(),
  outcomes: z.array(outcome),
  blocked: z.array(z.string()).describe('why it may not be published; empty: it may'),
  staged: published.optional().describe('as a candidate in the staging repository'),
  published: published.optional(),
});

const stack = z.object({
  /** What findings name it by. */
  name: z.literal('stack'),
  files: z.array(z.string()).describe('compose files, later ones override earlier ones'),
  services: z.array(z.string()),
  images: z.array(z.string()).describe('the images it starts: what blocks the stack blocks them'),
  outcomes: z.array(outcome),
  blocked: z.array(z.string()).describe('why the images it starts may not be published; empty: nothing of the stack'),
  started: stackStarted.optional().describe('the images it was started with; absent: nobody was to start it'),
  run: stackRun.optional().describe('what was seen of it running; absent: it was not started'),
});

const problem = z.object({
  kind: z.enum(['fault', 'environment']),
  message: z.string(),
  /** Why, and what to type, a line each. */
  details: z.array(z.string()).optional(),
  where: z.string().optional(),
  remedy: z.string().optional(),
});

/** The one versioned document that passes between jobs; every report is a pure function of it. */
export const recordSchema = z.object({
  schema: z.literal(RECORD_SCHEMA),
  tool: z.object({ name: z.literal('slipway'), version: z.string() }),
  run: z.object({
    id: z.string(),
    workflow: z.string().optional().describe('the workflow run whose jobs write fragments of one record'),
    command: z.string(),
    startedAt: z.string(),
    finishedAt: z.string(),
  }),
  source: z.object({
    event: z.string(),
    commit: z.string().optional(),
    branch: z.string().optional(),
    tag: z.string().optional(),
    dirty: z.boolean(),
    fork: z.boolean(),
    pullRequest: z.number().int().positive().optional(),
    head: z.string().optional().describe('of a pull request: the commit it proposes; `commit` is its merge'),
  }),
  engine: z
    .object({
      version: z.string(),
      store: z.string(),
      buildx: z.string(),
      platform: z.string(),
      path: z.string(),
      bytes: z.string(),
    })
    .partial()
    .optional(),
  config: z.object({ file: z.string().optional(), informational: z.boolean() }),
  publish: z.object({ decided: z.boolean(), reason: z.string(), target: z.string().optional() }),
  images: z.array(image),
  rules: z
    .array(z.object({ id: z.string(), title: z.string() }))
    .optional()
    .describe('the rules that judged, in words'),
  timeline: z.array(stage).optional().describe('how long each stage took'),
  stack: stack.optional().describe('the services of `stack:`, judged as one'),
  jobs: jobsSchema.optional(),
  unchanged: unchangedSchema.optional(),
  notes: z.array(z.string()).describe('what the person should know and what blocks nothing'),
  problems: z.array(problem),
});

export type RunRecord = z.infer<typeof recordSchema>;
export type ImageRecord = z.infer<typeof image>;
export type StackRecord = z.infer<typeof stack>;
/** What has outcomes and a name to show them under: an image, or the stack. */
export type JudgedRecord = Pick<ImageRecord, 'name' | 'outcomes' | 'blocked'>;
export type OutcomeRecord = z.infer<typeof outcome>;
export type FindingRecord = z.infer<typeof finding>;
export type StageRecord = z.infer<typeof stage>;
export type ProblemRecord = z.infer<typeof problem>;
