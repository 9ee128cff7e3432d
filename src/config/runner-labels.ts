import { z } from 'zod';

const LABELS = 'a runner label, or a list such as [self-hosted, linux, x64]';
/** One label of a runner. */
export const runnerLabel = z
  .string({ error: 'a runner label' })
  .regex(/^[A-Za-z0-9][\w.-]*$/, { error: 'a runner label of letters, digits, _ . and -' });

/** `runs-on` as a workflow has it: one label, or all of several. */
export const runnerLabels = z
  .union([runnerLabel, z.array(runnerLabel, { error: LABELS }).min(1, { error: 'at least one label' })], {
    error: LABELS,
  })
  .meta({ title: 'label or list' });
