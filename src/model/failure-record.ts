import { z } from 'zod';

/** A build that failed: the step, its place and its last lines. */
export const failure = z.object({
  message: z.string(),
  command: z.string().optional(),
  exitCode: z.number().int().optional(),
  file: z.string().optional(),
  line: z.number().int().positive().optional(),
  log: z.array(z.string()),
});

/** What the containers of a blocked image left. */
export const evidence = z
  .object({
    rules: z.array(z.string()).describe('the blocking rules that looked at the containers'),
    exitCode: z.number().int().optional(),
    log: z.array(z.string()).describe('last lines of its own output'),
    health: z.array(z.string()).optional().describe('what the last health probes said'),
  })
  .describe('what the containers of a blocked image left');
