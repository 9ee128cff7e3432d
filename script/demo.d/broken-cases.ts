/** One thing that is wrong in a copy of a reference system. */
export interface Broken {
  /** The kind of fault, and the system: `wrong-port-haystack`. */
  readonly fault: Fault;
  readonly system: string;
  readonly what: string;
  /** Images of the system that its stack needs. */
  readonly images: readonly string[];
  /** File, text, what stands in its place. */
  readonly changes: readonly (readonly [string, string, string])[];
}

export const FAULTS = {
  'wrong-port': 'A wrong port',
  'failing-migration': 'A migration that fails',
  'dead-database': 'A database that never starts',
  'forgotten-data': 'An app that forgets its data',
  'short-life': 'A service that dies after 20 s',
  'small-memory': 'A memory limit that is too small',
} as const;
type Fault = keyof typeof FAULTS;

const IMAGES: Readonly<Record<string, readonly string[]>> = {
  haystack: ['api'],
  demeter: ['api'],
  healthbench: ['backend'],
  arakis: ['api'],
  'onprem-rag': ['api', 'frontend'],
};

function broken(fault: Fault, system: string, what: string, ...changes: Broken['changes']): Broken {
  return { fault, system, what, images: IMAGES[system] ?? [], changes };
}

const COMPOSE = 'docker-compose.yml';
const CONFIG = 'slipway.yml';
const VOLUME = '      - postgres_data:/var/lib/postgresql/data\n';
const PGVECTOR = '    image: pgvector/pgvector:pg15\n';
const POSTGRES = '    image: postgres:15-alpine\n';
const ABSENT = '-c shared_preload_libraries=absent';
const LONGER = (within: string): readonly [string, string, string] => [
  CONFIG,
  `  ready-within: ${within}`,
  `  stays-up: 30s\n  ready-within: ${within}`,
];
const LIBRARY = 'the database never starts: it is told to load a library that is not there';
const LOST = 'the database has lost its volume, so what was written is gone after `down` and `up`';

/** Every fault in every system that can have it: DemeterAI keeps no data and has no database but its broker. */
export const CASES: readonly Broken[] = [
  broken('wrong-port', 'haystack', 'the API listens on 9090', [
    COMPOSE,
    '      DATABASE_HOST: postgres\n',
    '      DATABASE_HOST: postgres\n      PORT: "9090"\n',
  ]),
  broken('wrong-port', 'demeter', 'the API is asked on 8080', [
    CONFIG,
    '"http://api:8000/health"',
    '"http://api:8080/health"',
  ]),
  broken('wrong-port', 'healthbench', 'the backend listens on 9000; its health check still asks 8000', [
    COMPOSE,
    '    build:\n      context: ./backend\n',
    '    build:\n      context: ./backend\n    command: ["uvicorn", "app.main:app", "--host", "0.0.0.0", "--port", "9000"]\n',
  ]),
  broken('wrong-port', 'arakis', 'the API listens on loopback alone', [
    COMPOSE,
    '      DEBUG: ${DEBUG:-true}\n',
    '      DEBUG: ${DEBUG:-true}\n    command: ["uvicorn", "app.main:app", "--host", "127.0.0.1", "--port", "8000"]\n',
  ]),
  broken('wrong-port', 'onprem-rag', 'the proxy looks for the API on 9000', [
    'config/nginx.conf',
    'server api:8000',
    'server api:9000',
  ]),
  broken('failing-migration', 'haystack', 'the schema names a type that does not exist', [
    'scripts/init_schema.sql',
    'vector(8)',
    'vectors(8)',
  ]),
  broken('failing-migration', 'healthbench', 'the backend makes an index of a table that does not exist', [
    'backend/app/store.py',
    'chunks_embedding ON chunks',
    'chunks_embedding ON chunk',
  ]),
  broken('failing-migration', 'arakis', 'a migration names a table that does not exist', [
    'alembic/versions/0002_results.py',
    'op.add_column("workflows"',
    'op.add_column("workflow"',
  ]),
  broken('failing-migration', 'onprem-rag', 'the schema names a type that does not exist', [
    'config/postgres/init.sql',
    'title      text',
    'title      txt',
  ]),
  broken('dead-database', 'haystack', LIBRARY, [COMPOSE, PGVECTOR, `${PGVECTOR}    command: postgres ${ABSENT}\n`]),
  broken('dead-database', 'demeter', 'the broker never starts: it is told to load a module that is not there', [
    COMPOSE,
    '    image: redis:7-alpine\n',
    '    image: redis:7-alpine\n    command: redis-server --loadmodule /absent.so\n',
  ]),
  broken('dead-database', 'healthbench', LIBRARY, [COMPOSE, PGVECTOR, `${PGVECTOR}    command: postgres ${ABSENT}\n`]),
  broken('dead-database', 'arakis', LIBRARY, ['docker-compose.prod.yml', 'postgres -c', `postgres ${ABSENT} -c`]),
  broken('dead-database', 'onprem-rag', LIBRARY, [COMPOSE, POSTGRES, `${POSTGRES}    command: postgres ${ABSENT}\n`]),
  broken('forgotten-data', 'haystack', LOST, [COMPOSE, `    volumes:\n${VOLUME}`, '    volumes:\n']),
  broken('forgotten-data', 'healthbench', LOST, [COMPOSE, VOLUME, '']),
  broken('forgotten-data', 'arakis', LOST, [COMPOSE, `    volumes:\n${VOLUME}`, '']),
  broken('forgotten-data', 'onprem-rag', LOST, [COMPOSE, VOLUME, '']),
  broken(
    'short-life',
    'haystack',
    'the API ends after 20 s',
    [
      COMPOSE,
      '    build:\n      context: .\n',
      '    command: ["timeout", "20", "python", "-m", "api"]\n    build:\n      context: .\n',
    ],
    LONGER('90s'),
  ),
  broken(
    'short-life',
    'demeter',
    'the worker ends after 20 s',
    [COMPOSE, 'command: ["celery"', 'command: ["timeout", "20", "celery"'],
    LONGER('120s'),
  ),
  broken(
    'short-life',
    'healthbench',
    'the backend ends after 20 s',
    [
      COMPOSE,
      '    build:\n      context: ./backend\n',
      '    build:\n      context: ./backend\n    command: ["timeout", "20", "uvicorn", "app.main:app", "--host", "0.0.0.0", "--port", "8000", "--workers", "4"]\n',
    ],
    LONGER('60s'),
  ),
  broken(
    'short-life',
    'arakis',
    'the API ends after 20 s',
    [
      COMPOSE,
      '      DEBUG: ${DEBUG:-true}\n',
      '      DEBUG: ${DEBUG:-true}\n    command: ["timeout", "20", "python", "-m", "app"]\n',
    ],
    LONGER('150s'),
  ),
  broken(
    'short-life',
    'onprem-rag',
    'the vector database ends after 20 s',
    [
      COMPOSE,
      '    image: chromadb/chroma:1.5.9\n',
      '    image: chromadb/chroma:1.5.9\n    entrypoint: [timeout, "20", chroma]\n    command: [run, /config.yaml]\n',
    ],
    LONGER('180s'),
  ),
  broken('small-memory', 'haystack', 'the API may use 24 MB', [
    COMPOSE,
    'condition: service_healthy\n    mem_limit: 1g',
    'condition: service_healthy\n    mem_limit: 24m',
  ]),
  broken('small-memory', 'demeter', 'the API may use 24 MB', [
    COMPOSE,
    'redis: { condition: service_healthy }\n    mem_limit: 512m',
    'redis: { condition: service_healthy }\n    mem_limit: 24m',
  ]),
  broken('small-memory', 'healthbench', 'the backend and its four workers may use 64 MB', [
    COMPOSE,
    'own.\n    mem_limit: 1g',
    'own.\n    mem_limit: 64m',
  ]),
  broken('small-memory', 'arakis', 'the API may use 24 MB', [
    'docker-compose.prod.yml',
    'memory: 2G\n        reservations:\n          cpus: "0.5"\n          memory: 512M',
    'memory: 24M\n        reservations:\n          cpus: "0.5"\n          memory: 16M',
  ]),
  broken('small-memory', 'onprem-rag', 'the API may use 24 MB', [
    COMPOSE,
    'memory: 2G\n        reservations:\n          memory: 1G',
    'memory: 24M\n        reservations:\n          memory: 16M',
  ]),
];
