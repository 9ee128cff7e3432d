import { z } from 'zod';

export const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
/** The digests of one image: index where there is one, manifest, config. */
export const digests = z.object({ index: digest.optional(), manifest: digest, config: digest });
export const milliseconds = z.number().nonnegative().describe('milliseconds');
export const bytes = z.number().int().nonnegative().describe('bytes');
