import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { z } from 'zod';

// The OASIS schema as the SARIF project's own package carries it (MIT). It is draft-04: ajv reads it once its old `id` is gone.
const SCHEMA = 'node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json';

/** What the official schema of SARIF 2.1.0 has against a document; nothing: it is valid. */
export const validateSarif = makeValidator();

function makeValidator(): (value: unknown) => string[] {
  const schema = z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(SCHEMA, 'utf8')));
  const { $schema, id, ...rest } = schema;
  if (!String($schema).includes('draft-04') || !String(id).includes('sarif-2.1.0'))
    throw new Error(`another schema: ${SCHEMA}`);
  const check = new Ajv({ strict: false, validateFormats: false, allErrors: true, unicodeRegExp: false }).compile(rest);
  return (value) =>
    check(value) ? [] : (check.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`);
}
