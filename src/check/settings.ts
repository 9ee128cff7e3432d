import { z } from 'zod';
import { parseDuration } from '../model/duration.ts';
import { parseSize } from '../model/size.ts';

/** For rules whose `rules:` entry holds nothing but a level. */
export const noSettings = z.strictObject({});

/** A size with its unit (`20MB`), read as bytes. */
export const sizeSetting = z.string().transform((text, context) => {
  const bytes = parseSize(text);
  if (bytes !== undefined) return bytes;
  context.addIssue({
    code: 'custom',
    message: `${JSON.stringify(text)} is not a size with a unit, such as 20MB or 1.5GiB`,
  });
  return z.NEVER;
});

/** A duration with its unit (`10s`), read as milliseconds. */
export const durationSetting = z.string().transform((text, context) => {
  const milliseconds = parseDuration(text);
  if (milliseconds !== undefined) return milliseconds;
  context.addIssue({
    code: 'custom',
    message: `${JSON.stringify(text)} is not a duration with a unit, such as 5s or 1m30s`,
  });
  return z.NEVER;
});
