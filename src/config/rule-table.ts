import type { z } from 'zod';

/** What the parser must know of each rule, by id; the pipeline hands it in. */
export type RuleTable = Readonly<
  Record<
    string,
    {
      readonly settings: z.ZodType;
      readonly title: string;
      /** Only a waiver lets an image through. */ readonly always?: boolean;
    }
  >
>;
