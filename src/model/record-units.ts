import { z } from 'zod';

export const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
export const milliseconds = z.number().nonnegative().describe('milliseconds');
export const bytes = z.number().int().nonnegative().describe('bytes');
