import { z } from 'zod';

/** Settings of stop.under-load; the probe that makes the load reads them too. */
export const loadSettings = z.strictObject({
  path: z
    .string()
    .regex(/^\//, { error: 'a path such as /slow' })
    .optional()
    .meta({ description: 'Path that is asked; default: the first `http` check.' }),
  requests: z.int().min(1).max(64).optional().meta({ description: 'Requests under way at the same time.', usual: 8 }),
});
export type LoadSettings = z.output<typeof loadSettings>;
