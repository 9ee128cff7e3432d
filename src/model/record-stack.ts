import { z } from 'zod';
import { bytes, digests, milliseconds } from './record-units.ts';

/** Bytes and policies that a verdict on the stack is about. */
export const stackStarted = z.array(z.object({ name: z.string(), digests, policyHash: z.string() }));

/** What the record keeps of a stack that was seen running. */
export const stackRun = z.object({
  readyAfter: milliseconds.optional().describe('milliseconds until every service was ready; absent: it never was'),
  services: z.array(
    z.object({
      name: z.string(),
      image: z.string().optional().describe('the image of this record that it ran'),
      state: z.enum(['healthy', 'running', 'done', 'waiting', 'starting', 'unhealthy', 'restarting', 'ended']),
      readyAfter: milliseconds.optional(),
      restarts: z.number().int().nonnegative(),
      limits: z.object({ memory: bytes.optional(), cpus: z.number().optional() }).describe('in force'),
      memory: z
        .object({ idle: bytes.optional(), active: bytes.optional() })
        .describe('held when nobody asked, and under the load of the declared requests'),
      published: z.array(z.string()).describe('ports of the host that lead to it'),
      log: z.array(z.string()).describe('last lines, secrets taken out'),
    }),
  ),
  probes: z.array(z.object({ what: z.string(), met: z.boolean(), elapsed: milliseconds.optional() })),
  restart: z
    .object({ phases: z.array(z.object({ phase: z.string(), held: z.boolean() })) })
    .optional()
    .describe('what was written and read back around two restarts'),
  notes: z.array(z.string()).describe('what is different from how the files say it'),
});
