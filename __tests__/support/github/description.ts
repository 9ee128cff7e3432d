import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';

/** One route of GitHub's own description of its API. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly pattern: RegExp;
  /** Names of the path's parameters, in order. */
  readonly names: readonly string[];
  readonly status: number;
  readonly checkBody?: ValidateFunction;
  readonly checkAnswer?: ValidateFunction;
  /** Query parameters it knows, with the check of each. */
  readonly queries: ReadonlyMap<string, ValidateFunction>;
}

interface Described {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: object }[];
  readonly requestBody?: object;
  readonly status: number;
  readonly response?: object;
}

// OpenAPI words that are no JSON Schema words, and formats, say nothing that matters here.
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true, coerceTypes: false });
const lenient = new Ajv({ strict: false, validateFormats: false, coerceTypes: true });

/** The routes of `__tests__/fixtures/github/api.json`. */
export const OPERATIONS: readonly Operation[] = readOperations();

function readOperations(): readonly Operation[] {
  const text = readFileSync('__tests__/fixtures/github/api.json', 'utf8');
  const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, Described>> };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => toOperation(method, path, described)),
  );
}

function toOperation(method: string, path: string, described: Described): Operation {
  const { operationId: id, parameters, requestBody, status, response } = described;
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
  const queries = parameters
    .filter((parameter) => parameter.in === 'query')
    .map(({ name, schema }) => [name, lenient.compile(schema)] as const);
  return {
    id,
    method: method.toUpperCase(),
    pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '([^/]+)')}$`),
    names,
    status,
    queries: new Map(queries),
    ...(requestBody === undefined ? {} : { checkBody: ajv.compile(requestBody) }),
    ...(response === undefined ? {} : { checkAnswer: ajv.compile(response) }),
  };
}

/** What is wrong with a request in the eyes of the description; empty: nothing. */
export function complain(operation: Operation, query: URLSearchParams, body: unknown): string[] {
  const unknown = [...query.keys()].filter((name) => !operation.queries.has(name)).map((name) => `query ${name}`);
  const wrong = [...query].filter(([name, value]) => operation.queries.get(name)?.(value) === false);
  const words = [...unknown, ...wrong.map(([name, value]) => `query ${name}=${value}`)];
  if (operation.checkBody === undefined || operation.checkBody(body)) return words;
  const errors = operation.checkBody.errors ?? [];
  return [...words, ...errors.map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`)];
}
