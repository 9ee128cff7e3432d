import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RunRecord } from '../../src/model/record.ts';
import { listLabelled, makeRepository, type Repository, runCli } from '../support/dist.ts';
import { removeImageNames, startCli } from '../support/running.ts';
import { COMPOSE, STACK, stackFiles } from '../support/running-stack.ts';

const MINUTES = 4 * 60_000;
/** Assembled, so that no scanner takes it for one. */
const PASSWORD = ['for', 'this', 'test', 'only'].join('-');

let project: Repository;
let busy: Server;
let port: string;
beforeAll(async () => {
  busy = createServer().listen(0, '0.0.0.0');
  await once(busy, 'listening');
  port = String((busy.address() as AddressInfo).port);
  project = await makeRepository(stackFiles());
});
afterAll(async () => {
  busy.close();
  await removeImageNames(project);
  await project.remove();
});

interface Change {
  readonly compose?: readonly (readonly [string, string])[];
  readonly stack?: readonly (readonly [string, string])[];
  readonly files?: Readonly<Record<string, string>>;
}

function replaceAll(text: string, changes: Change['compose'] = []): string {
  return changes.reduce((changed, [from, to]) => {
    if (!changed.includes(from)) throw new Error(`there is no ${from}`);
    return changed.replace(from, to);
  }, text);
}

/** The stack's own port is busy in every run: only host-ports would notice. */
async function write({ compose, stack, files = {} }: Change): Promise<void> {
  const own = replaceAll(COMPOSE, [['5432:5432', `${port}:5432`], ...(compose ?? [])]);
  await project.write({ ...stackFiles({ compose: own, stack: replaceAll(STACK, stack) }), ...files });
}

interface Seen {
  readonly exitCode: number;
  readonly stdout: string;
  readonly record: RunRecord;
}

async function runStack(change: Change = {}): Promise<Seen> {
  await write(change);
  const result = await runCli(project, ['stack'], { STACK_PASSWORD: PASSWORD });
  return { ...result, record: await project.record() };
}

/** What the stack was blocked for, each rule with its sentences. */
function findingsOf({ stack }: RunRecord): Readonly<Record<string, readonly string[]>> {
  const failed = stack?.outcomes.filter(({ rule, status }) => rule.startsWith('stack.') && status === 'failed') ?? [];
  return Object.fromEntries(failed.map(({ rule, findings }) => [rule, findings.map(({ message }) => message)]));
}

const QUICK = [['  survives-restart: true\n', '']] as const;

test(
  'a stack of a database, a migration and an app runs with the candidate, is asked, keeps its data, and leaves nothing',
  async () => {
    const { exitCode, stdout, record } = await runStack();
    expect(findingsOf(record)).toEqual({});
    expect(exitCode).toBe(0);
    const statuses = record.stack?.outcomes.filter(({ rule }) => rule.startsWith('stack.')).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set(['passed']));
    expect(record.stack?.run).toMatchObject({
      services: [
        { name: 'db', state: 'healthy', restarts: 0, published: [] },
        { name: 'migrate', state: 'done', image: 'api' },
        { name: 'api', state: 'healthy', image: 'api', limits: { memory: 128 * 2 ** 20, cpus: 0.5 } },
      ],
      restart: { phases: [{ held: true }, { held: true }, { held: true }, { held: true }] },
    });
    const api = record.stack?.run?.services[2];
    expect(api?.memory.idle).toBeGreaterThan(2 ** 20);
    expect(api?.memory.active).toBeGreaterThanOrEqual(2 ** 20);
    const log = await readFile(join(project.output, 'stack/api.log'), 'utf8');
    expect(log).toContain('ready with ***');
    expect(`${log}${stdout}${JSON.stringify(record)}`).not.toContain(PASSWORD);
    expect(await listLabelled(`slipway.run=${record.run.id}`)).toEqual([]);
  },
  MINUTES,
);

const API_LIMIT = 'limits: { memory: 128M, cpus: "0.5" }';
const WRITE = '{ post: "http://api:8080/notes", body: \'{"note": "x"}\', status: 201 }';
const SICK = 'command: [sleep, "60"]\n    stop_grace_period: 0s\n    image: pgvector/pgvector:pg15\n';

test.each<readonly [string, Change, Readonly<Record<string, readonly unknown[]>>]>([
  [
    'a migration that fails',
    { stack: QUICK, compose: [[`"print('migrated')"`, `"raise SystemExit('no such column: notes.id')"`]] },
    {
      'stack.ready': [
        expect.stringMatching(
          /^migrate: it ended by itself after .* with exit code 1; its last output was "no such column: notes\.id"; 1 more service was not ready yet$/,
        ),
      ],
    },
  ],
  [
    'a database that never starts',
    {
      stack: QUICK,
      compose: [
        ['image: pgvector/pgvector:pg15\n', SICK],
        ['retries: 30', 'retries: 2'],
      ],
    },
    {
      'stack.ready': [
        expect.stringMatching(
          /^db: its health check failed \d times in a row; the last one ended with 2 and said "127\.0\.0\.1:5432 - no response".*; 2 more services were not ready yet$/,
        ),
      ],
    },
  ],
  [
    'an app that forgets its data',
    { compose: [['NOTES: /data/notes', 'NOTES: /tmp/notes']] },
    {
      'stack.restart': [
        expect.stringMatching(
          /^after down and up: GET http:\/\/api:8080\/notes: the JSON answer has 0 entries instead of 1 after \d+ attempts; it said "\[\]"$/,
        ),
      ],
    },
  ],
  [
    'a service that dies after some seconds',
    {
      stack: QUICK,
      compose: [
        [
          'services:\n',
          'services:\n  worker:\n    build: .\n    command: [python, -c, "import time; time.sleep(3); print(\'queue lost\'); raise SystemExit(3)"]\n    healthcheck: { disable: true }\n',
        ],
      ],
    },
    {
      'stack.ready': [
        expect.stringMatching(
          /^worker: it was ready after \d.*, then it ended by itself after [3-6]\.\d s with exit code 3; its last output was "queue lost"/,
        ),
      ],
    },
  ],
  [
    'a memory limit that is too small',
    { stack: QUICK, compose: [[API_LIMIT, 'limits: { memory: 6M }']] },
    { 'stack.ready': [expect.stringMatching(/^api: it was killed for memory .*\(its limit is 6\.\d+ MB\)/)] },
  ],
  [
    'a request to the wrong port, a denied line, and a read that cannot tell',
    {
      stack: [
        ['{ get: "http://api:8080/notes", json: [{ note: kept }] }', '{ get: "http://api:9090/" }'],
        [
          '  survives-restart: true',
          `  survives-restart:\n    write: [${WRITE}]\n    read: [{ get: "http://api:8080/notes" }]`,
        ],
      ],
      compose: [["print('migrated')", "print('PANIC: half done')"]],
    },
    {
      'stack.http': [
        expect.stringMatching(
          /^GET http:\/\/api:9090\/: nothing listens on port 9090 of api \(it listens on 8080\) after \d+ attempts$/,
        ),
      ],
      'stack.logs': ['migrate printed what /traceback|panic/i denies, on line 2 of its log: "PANIC: half done"'],
      'stack.restart': [expect.stringMatching(/^every read of survives-restart held before anything was written/)],
    },
  ],
])(
  '%s is named',
  async (_, change, expected) => {
    const { exitCode, stdout, record } = await runStack(change);
    expect(findingsOf(record)).toEqual(expected);
    expect(exitCode).toBe(1);
    for (const [message] of Object.values(findingsOf(record))) expect(stdout).toContain(message?.slice(0, 60));
    expect(await listLabelled(`slipway.run=${record.run.id}`)).toEqual([]);
  },
  MINUTES,
);

test(
  'what is missing is named all at once, each at its line, before anything starts',
  async () => {
    const { exitCode, stdout, record } = await runStack({
      compose: [
        ['NOTES: /data/notes', 'NOTES: "${NOTES_FILE}"'],
        ['volumes: [notes:/data]', 'volumes: [notes:/data, ./certificates:/certificates:ro]'],
      ],
    });
    expect(exitCode).toBe(1);
    expect(findingsOf(record)).toEqual({
      'stack.starts': ['the variable NOTES_FILE is not set', 'api mounts ./certificates, which does not exist'],
    });
    expect(stdout).toContain('docker-compose.yml:20:14');
    expect(stdout).toContain('Set it under stack.env, NOTES_FILE: env.NOTES_FILE');
    expect(record.stack?.run).toBeUndefined();
  },
  MINUTES,
);

test.each<readonly [string, Change, RegExp, string]>([
  [
    'a missing env file',
    { compose: [['    build: .\n    command', '    build: .\n    env_file: [./secrets.env]\n    command']] },
    /^the env file secrets\.env does not exist$/,
    'docker-compose.yml:15:16',
  ],
  [
    'an image that cannot be pulled',
    { compose: [['pgvector/pgvector:pg15', '127.0.0.1:5000/no/such:1']] },
    /^db runs 127\.0\.0\.1:5000\/no\/such:1, which cannot be pulled: /,
    'docker-compose.yml:3:5',
  ],
  [
    'a port of the host that is in use, where it was asked for',
    { stack: [...QUICK, ['  stays-up', '  host-ports: [db]\n  stays-up']] },
    /^port \d+ of this host is in use, and db of stack\.host-ports takes it$/,
    'docker-compose.yml:6:13',
  ],
])(
  '%s keeps the stack from starting',
  async (_, change, message, place) => {
    const { exitCode, stdout, record } = await runStack(change);
    expect(findingsOf(record)).toEqual({ 'stack.starts': [expect.stringMatching(message)] });
    expect(stdout).toContain(place);
    expect(exitCode).toBe(1);
  },
  MINUTES,
);

/** The label of what a process on this machine started; other tests start stacks at the same time. */
function ownedBy(pid: number): string {
  const namespace = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  return `slipway.owner=${namespace}_${String(pid)}`;
}

/** Ends at its first start, and stays at the second. */
const TWICE = `services:
  twice:
    build: .
    command: [python, -c, "import os, sys, time; again = os.path.exists('/tmp/x'); open('/tmp/x', 'w'); print('fine' if again else 'table not loaded', flush=True); time.sleep(60) if again else sys.exit(3)"]
    healthcheck: { disable: true }
    restart: always
    stop_grace_period: 0s
`;
const GPU = 'resources:\n        reservations: { devices: [{ driver: nvidia, count: 1, capabilities: [gpu] }] }';
test(
  'a GPU reservation is left out on a host without one, and the report says so; ports are those of host-ports; an early end is noted',
  async () => {
    const { exitCode, stdout, record } = await runStack({
      stack: [...QUICK, ['  stays-up', '  host-ports: [api]\n  stays-up']],
      compose: [
        ['resources:', GPU],
        ['services:\n', TWICE],
        ['volumes: [notes:/data]', 'volumes: [notes:/data]\n    ports: ["127.0.0.1::8080"]'],
      ],
    });
    expect(findingsOf(record)).toEqual({});
    const note = 'api reserves a GPU; this host has none, so it was started without';
    expect(record.stack?.run?.notes).toEqual([
      note,
      expect.stringMatching(
        /^twice was started again while the stack started: it ended by itself( after \d.*)? with exit code 3; it had printed "table not loaded"$/,
      ),
    ]);
    const published = record.stack?.run?.services.map(({ name, published: open }) => [name, open.length]);
    expect(published).toEqual([
      ['twice', 0],
      ['db', 0],
      ['migrate', 0],
      ['api', 1],
    ]);
    expect(stdout).toContain(note);
    expect(exitCode).toBe(0);
  },
  MINUTES,
);

test(
  'a run that is stopped takes its stack away; what a killed one leaves, the next one does',
  async () => {
    await write({ stack: QUICK });
    const env = { STACK_PASSWORD: PASSWORD };
    const stopped = await startCli(project, ['stack'], env);
    await stopped.sees(/starting the stack/);
    await stopped.stop('SIGTERM');
    expect(await listLabelled(ownedBy(stopped.pid))).toEqual([]);
    const killed = await startCli(project, ['stack'], env);
    await killed.sees(/the stack is ready/);
    await killed.stop('SIGKILL');
    expect((await listLabelled(ownedBy(killed.pid))).length).toBeGreaterThan(3);
    await runStack({ stack: QUICK, compose: [['pgvector/pgvector:pg15', '127.0.0.1:5000/no/such:1']] });
    expect(await listLabelled(ownedBy(killed.pid))).toEqual([]);
  },
  MINUTES,
);
