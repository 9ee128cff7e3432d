import { z } from 'zod';
import { stackHttpSchema, stackRunSchema } from './check-schema.ts';
import { runnerLabels } from './runner-labels.ts';
import { durationValue, expectMap, pathValue, quotedText, regexValue, serviceName, variableName } from './values.ts';

const FILES = 'a list of compose files, such as [docker-compose.yml]';
const PROFILE = 'the name of a compose profile';
const CHECK = 'a request such as { get: "http://api:8080/items" }, or a run such as { service: api, command: [ls] }';

const checkList = (example: string) =>
  z
    .array(z.union([stackHttpSchema, stackRunSchema], { error: CHECK }), { error: `a list such as ${example}` })
    .min(1, { error: `a list such as ${example}` });

const RESTART = 'true, or a map such as { write: [{ post: "http://api/items" }], read: [{ get: "http://api/items" }] }';
const restartMap = z.strictObject(
  {
    write: checkList('[{ post: "http://api:8080/items" }]').meta({
      title: 'list of checks',
      description: 'What puts data in, done once.',
    }),
    read: checkList('[{ get: "http://api:8080/items", json: [{ name: a }] }]').meta({
      title: 'list of checks',
      description: 'What must hold after the write and every restart. One of them must not hold before the write.',
    }),
  },
  { error: expectMap(RESTART) },
);

const DENIED = 'a regular expression written /…/, or a map such as { match: /error/i, except: /no error/ }';
const deniedValue = z.union(
  [
    regexValue,
    z.strictObject(
      {
        match: regexValue.meta({ description: 'A line that must not be printed.' }),
        except: regexValue.optional().meta({ description: 'Lines that match and are meant.' }),
        services: z
          .array(serviceName, { error: 'a list of services' })
          .optional()
          .meta({ description: 'Whose lines.', usual: 'all services' }),
      },
      { error: expectMap(DENIED) },
    ),
  ],
  { error: DENIED },
);

/** `stack:`, the services that belong together, as compose files describe them. */
export const stackSchema = z.strictObject(
  {
    files: z
      .array(pathValue, { error: FILES })
      .min(1, { error: FILES })
      .meta({ description: 'Compose files, later ones override earlier ones. Rules compose.*' }),
    profiles: z
      .array(z.string({ error: PROFILE }).regex(/^[a-zA-Z0-9][\w.-]*$/, { error: PROFILE }), {
        error: 'a list of compose profiles',
      })
      .optional()
      .meta({ description: 'Profiles that are active.', usual: 'none' }),
    env: z
      .record(variableName, quotedText, { error: 'a map of variables and texts' })
      .optional()
      .meta({ description: 'What the compose files interpolate: literal test values, or env.NAME.' }),
    'ready-within': durationValue
      .optional()
      .meta({ description: 'Time until every service is ready. Rule stack.ready', usual: '120s' }),
    'stays-up': durationValue.optional().meta({
      description: 'Time a service without a health check must run, and every service must stay ready.',
      usual: '5s',
    }),
    'host-ports': z.array(serviceName, { error: 'a list of services, such as [proxy]' }).optional().meta({
      description: 'Services whose `ports` are taken on this host. Rule stack.reachable',
      usual: 'none: a port in use here disturbs nothing',
    }),
    http: z
      .array(stackHttpSchema, { error: 'a list such as [{ get: "http://api:8080/health", status: 200 }]' })
      .optional()
      .meta({ description: 'Requests in the stack’s own network. Rule stack.http' }),
    run: z
      .array(stackRunSchema, { error: 'a list such as [{ service: api, command: [alembic, current] }]' })
      .optional()
      .meta({ description: 'Commands in running services. Rule stack.run' }),
    'deny-logs': z
      .array(deniedValue, { error: `a list such as [${DENIED}]` })
      .optional()
      .meta({ title: 'list of regexes or maps', description: 'Lines that no service may print. Rule stack.logs' }),
    'runs-on': runnerLabels.optional().meta({
      description: 'Labels of the runner that starts it in images.yml; one with a GPU gives its services theirs.',
      usual: 'that of the build jobs of its images, ubuntu-24.04 where these are several kinds',
    }),
    'survives-restart': z
      .union([z.literal(true), restartMap], { error: RESTART })
      .optional()
      .meta({
        title: 'true or map',
        description:
          'Data that is still there after a restart and after `down` and `up`; `true` takes the posts of `http` as writes and its gets as reads. Rule stack.restart',
      }),
  },
  { error: expectMap('a map such as { files: [docker-compose.yml] }') },
);
export type ParsedStack = z.output<typeof stackSchema>;
