import { z } from 'zod';
import { fileShape } from '../src/config/file-schema.ts';
import { expectMap } from '../src/config/values.ts';
import type { RuleTable } from '../src/config/rule-table.ts';

/** The parts of JSON Schema (draft-07, which editors know best) that the generated one uses. */
export interface JsonSchema {
  $schema?: string;
  title?: string;
  description?: string;
  type?: string;
  enum?: readonly unknown[];
  const?: unknown;
  default?: unknown;
  usual?: unknown;
  'x-default'?: string;
  anyOf?: readonly JsonSchema[];
  required?: readonly string[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: boolean | JsonSchema;
  [key: string]: unknown;
}

/** The JSON Schema of slipway.yml, from the definitions the parser uses. */
export function makeConfigSchema(rules: RuleTable): JsonSchema {
  const file = z.strictObject(fileShape, { error: expectMap('a map of keys') });
  const schema = toJsonSchema(file);
  return {
    ...schema,
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'slipway.yml',
    description: 'What Slipway builds, checks and publishes.',
    properties: { ...schema.properties, rules: makeRulesSchema(rules) },
  };
}

function toJsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-7',
    reused: 'inline',
    override: ({ jsonSchema }) => {
      explainDefault(jsonSchema as JsonSchema);
    },
  }) as JsonSchema;
}

/** `usual` is a value of the file, or words for what depends on the image. */
function explainDefault(schema: JsonSchema): void {
  if (schema.usual === undefined) return;
  if (typeof schema.usual === 'string' && /[ ’]/.test(schema.usual)) schema['x-default'] = schema.usual;
  else schema.default = schema.usual;
  delete schema.usual;
}

function makeRulesSchema(rules: RuleTable): JsonSchema {
  const properties = Object.entries(rules).map(
    ([id, { settings, title }]) => [id, makeRuleSchema(settings, title)] as const,
  );
  return {
    description: 'Levels and settings of rules, by id.',
    type: 'object',
    properties: Object.fromEntries(properties),
    additionalProperties: false,
  };
}

function makeRuleSchema(settings: z.ZodType, title: string): JsonSchema {
  const schema: JsonSchema = toJsonSchema(settings);
  delete schema.$schema;
  const level: JsonSchema = { description: 'How a failure counts.', enum: ['warn', 'error', 'off'] };
  const map =
    schema.type === 'object'
      ? { ...schema, properties: { level, ...schema.properties }, additionalProperties: false }
      : schema;
  return { description: title, anyOf: [{ enum: ['warn', 'error', 'off', true] }, map] };
}
