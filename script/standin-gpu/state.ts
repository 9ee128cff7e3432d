import { z } from 'zod';

/** What the stand-in nvidia-smi answers; a test changes the file to break the machine. */
export const smiSchema = z.object({
  driver: z.string().default('550.54.15'),
  cuda: z.string().default('12.4'),
  table: z.enum(['usual', 'renamed']).default('usual'),
  gpus: z
    .array(
      z.object({
        index: z.number().default(0),
        uuid: z.string(),
        name: z.string().default('Stand-in GPU'),
        sm: z.string().default('8.9'),
        /** MiB. */
        total: z.number().default(16_384),
        /** Instead of what is used. */
        memory: z.string().optional(),
        mig: z.boolean().default(false),
      }),
    )
    .default([
      {
        index: 0,
        uuid: 'GPU-5ca1ab1e-0000-4000-8000-000000000001',
        name: 'Stand-in GPU',
        sm: '8.9',
        total: 16_384,
        mig: false,
      },
    ]),
  /** MiB in use while nobody computes. */
  baseline: z.number().default(3),
  /** Percent while nobody, or somebody, computes. */
  idle: z.number().default(0),
  busy: z.number().default(97),
  recovery: z.string().default('None'),
  /** Bits of clocks_event_reasons. */
  reasons: z.string().default('0x0000000000000000'),
  unknownFields: z.array(z.string()).default([]),
  foreign: z.array(z.object({ pid: z.number(), name: z.string(), memory: z.number() })).default([]),
  hideApps: z.boolean().default(false),
  /** Every question fails like this; the words go to standard output, as the real one does it. */
  fail: z.object({ code: z.number(), text: z.string() }).optional(),
});
export type Smi = z.output<typeof smiSchema>;
export type SmiChange = z.input<typeof smiSchema>;
