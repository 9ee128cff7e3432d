import { z } from 'zod';
import type { HttpCheck } from '../model/check-config.ts';
import { argvValue, durationValue, expectMap, quotedText, regexValue, serviceName, textValue } from './values.ts';

const STATUS = 'a status code from 100 to 599';
const statusCode = z.int({ error: STATUS }).min(100, { error: STATUS }).max(599, { error: STATUS });
const requestPath = z
  .string({ error: 'a path of the service, starting with /' })
  .regex(/^\/[^\s#]*$/, { error: 'a path of the service, starting with /' })
  .meta({ title: 'request path' });
const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, { error: 'a header name' });
const headerText = quotedText.regex(/^[^\r\n\0]*$/, { error: 'a header value on one line' });

const ADDRESS = 'an address in the stack, such as http://api:8080/health';
const stackAddress = z
  .string({ error: ADDRESS })
  .regex(/^http:\/\/[A-Za-z0-9][\w.-]*(:\d{1,5})?\/[^\s#]*$/, { error: ADDRESS })
  .meta({ title: 'http://SERVICE:PORT/PATH' });

const defineHttp = (address: typeof requestPath, what: string, example: string) =>
  z
    .strictObject(
      {
        get: address.optional().meta({ description: `${what} asked for with GET.` }),
        post: address.optional().meta({ description: `${what} asked for with POST.` }),
        body: quotedText.optional().meta({ description: 'Body sent with POST.' }),
        headers: z
          .record(headerName, headerText, { error: 'a map of header names and values' })
          .optional()
          .meta({ description: 'Request headers.' }),
        status: z
          .union([statusCode, z.array(statusCode).min(1, { error: 'at least one status code' })], {
            error: 'a status code or a list of them',
          })
          .optional()
          .meta({ title: 'status or list', description: 'Accepted status codes.', usual: 200 }),
        json: z.unknown().optional().meta({ title: 'any value', description: 'JSON that must be part of the answer.' }),
        type: textValue('a media type, such as text/html')
          .regex(/^[\w.+-]+\/[\w.+-]+$/, { error: 'a media type, such as text/html' })
          .optional()
          .meta({ title: 'media type', description: 'Media type the answer must have.' }),
        within: durationValue
          .optional()
          .meta({ description: 'Time an answer may take; with `repeat`, the 95th percentile.' }),
        repeat: z
          .int({ error: 'a whole number from 1 to 1000' })
          .min(1, { error: 'a whole number from 1 to 1000' })
          .max(1000, { error: 'a whole number from 1 to 1000' })
          .optional()
          .meta({ title: 'count', description: 'How often it is asked.', usual: 1 }),
      },
      { error: expectMap(`a map such as ${example}`) },
    )
    .meta({ oneOf: [{ required: ['get'] }, { required: ['post'] }] });

/** One entry of an image's `http:`; that exactly one of get and post is written is checked apart. */
export const httpSchema = defineHttp(requestPath, 'Path', '{ get: /health, status: 200 }');

/** The same in the stack's own network. */
export const stackHttpSchema = defineHttp(stackAddress, 'Address', '{ get: "http://api:8080/health", status: 200 }');

const outcome = {
  within: durationValue.optional().meta({ description: 'Time the run may take.', usual: '120s' }),
  exit: z
    .int({ error: 'an exit code from 0 to 255' })
    .min(0, { error: 'an exit code from 0 to 255' })
    .max(255, { error: 'an exit code from 0 to 255' })
    .optional()
    .meta({ title: 'exit code', description: 'Exit code it must end with.', usual: 0 }),
  stdout: regexValue.optional().meta({ description: 'What its standard output must match.' }),
  stderr: regexValue.optional().meta({ description: 'What its standard error must match.' }),
};

/** One entry of an image's `run:`. */
export const runSchema = z.strictObject(
  {
    command: argvValue
      .optional()
      .meta({ description: 'Arguments after the image’s entrypoint; without it the image’s own command runs.' }),
    ...outcome,
  },
  { error: expectMap('a map such as { command: [python, -m, app], within: 60s }') },
);

/** A command in a running service. */
export const stackRunSchema = z.strictObject(
  {
    service: serviceName.meta({ description: 'Service in whose container it runs.' }),
    command: argvValue.meta({ description: 'The program and its arguments; no shell is used.' }),
    ...outcome,
  },
  { error: expectMap('a map such as { service: api, command: [alembic, current] }') },
);

export type ParsedHttp = z.output<typeof httpSchema>;
export type ParsedStackHttp = z.output<typeof stackHttpSchema>;
export type ParsedStackRun = z.output<typeof stackRunSchema>;
export type ParsedRun = z.output<typeof runSchema>;

/** Accepted codes of `status:`, always a list. */
export function statusList(status: ParsedHttp['status']): HttpCheck['status'] {
  if (status === undefined) return [200];
  return typeof status === 'number' ? [status] : status;
}
