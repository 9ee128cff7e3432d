import { z } from 'zod';

const labels = z.array(z.string()).describe('labels of the runner');

export const jobsSchema = z
  .object({
    build: z.array(z.object({ shard: z.string(), images: z.array(z.string()), runsOn: labels })),
    gpu: z.array(
      z.object({ image: z.string(), runsOn: z.union([z.string(), labels]), minutes: z.number().int().positive() }),
    ),
    untried: z
      .array(z.object({ image: z.string(), reason: z.string(), wanted: z.boolean() }))
      .optional()
      .describe('images that no GPU job tries, and why; wanted: the config asks for it, and this run cannot'),
    stack: z
      .object({ images: z.array(z.string()), runsOn: labels, minutes: z.number().int().positive() })
      .optional()
      .describe('the job that starts the stack with what waits in staging; absent: none does'),
    environment: z.enum(['images', 'release']).optional().describe('of the job that publishes; absent: none does'),
  })
  .describe('the jobs of the reusable workflow that a plan asks for');
export type JobsRecord = z.infer<typeof jobsSchema>;

export const unchangedSchema = z
  .array(z.object({ name: z.string(), reason: z.string() }))
  .describe('images that this run left out, because nothing they are made of changed');
