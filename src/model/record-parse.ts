import { z } from 'zod';
import { Fault } from './fault.ts';
import { RECORD_SCHEMA, recordSchema, type RunRecord } from './record.ts';

/** Largest record that is read; records come from other jobs and are not trusted. */
const LIMIT_BYTES = 32 * 1024 * 1024;

/** Parses a record written by this or an earlier job. Throws a Fault for damage, another major version or an oversized text. */
export function parseRecord(text: string, where: string): RunRecord {
  if (text.length > LIMIT_BYTES)
    throw new Fault('the record is larger than 32 MiB', {
      where,
      remedy: 'Write it again with this version of slipway.',
    });
  const value = parseJson(text, where);
  const version = z.object({ schema: z.string() }).safeParse(value);
  if (!version.success || !version.data.schema.startsWith('slipway-record/')) {
    throw new Fault('this is not a slipway record', {
      where,
      remedy: 'Pass the record.json that slipway wrote into its output folder.',
    });
  }
  if (version.data.schema !== RECORD_SCHEMA) {
    throw new Fault(`the record is ${version.data.schema}, this version reads ${RECORD_SCHEMA}`, {
      where,
      remedy: 'Use one version of slipway in all jobs of a run.',
    });
  }
  const parsed = recordSchema.safeParse(value);
  if (!parsed.success) {
    throw new Fault(`the record is damaged: ${z.prettifyError(parsed.error)}`, {
      where,
      remedy: 'Run the stage that wrote it again.',
    });
  }
  return parsed.data;
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Fault('the record is not JSON', { where, remedy: 'Run the stage that wrote it again.', cause });
  }
}
