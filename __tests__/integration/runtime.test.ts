import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { judgeImage } from '../../src/check/judge.ts';
import { observeJobs, type JobsObservation } from '../../src/check/probes/job-run.ts';
import { makeRunSlots } from '../../src/check/probes/run-slots.ts';
import { observeService, type ServiceObservation } from '../../src/check/probes/service-run.ts';
import { RULES } from '../../src/check/rules/index.ts';
import { makeEffects } from '../../src/io/effects.ts';
import type { ImageConfig } from '../../src/model/config.ts';
import type { Effects } from '../../src/model/effects.ts';
import { RUN_LABEL } from '../../src/model/engine.ts';
import { known } from '../../src/model/facts.ts';
import type { RuleOutcome } from '../../src/model/verdict.ts';
import { blankConfig, blankImage } from '../support/blank.ts';
import { describeFromEngine } from '../support/engine-description.ts';
import { buildRuntimeImages, type RuntimeImages } from '../support/runtime-images.ts';
import { httpCheck, jobCheck } from '../support/runs.ts';

const TARGETS = [
  'good',
  'alias-of-root',
  'root-child',
  'loopback',
  'deaf',
  'greedy',
  'late',
  'needy',
  'brief',
  'wrong-answer',
  'no-curl',
  'unhealthy',
  'flapping',
  'no-such-user',
] as const;
type Target = (typeof TARGETS)[number];

const RUNTIME_RULES = RULES.filter((rule) =>
  rule.needs.some((need) => ['service', 'processes', 'memory', 'jobs'].includes(need)),
);

/** Names for the groups that the containers are seen in; the files of an image are another test's. */
const ACCOUNTS = known({ group: [{ name: 'root', gid: 0, members: [] }] });

let images: RuntimeImages;
let effects: Effects;

function openEffects(signal = new AbortController().signal): Effects {
  const stream = { write: () => true };
  return makeEffects({
    env: { ...process.env, SECRET_NOTE: 'a-very-secret-note' },
    stdout: stream,
    stderr: stream,
    signal,
  });
}

beforeAll(async () => {
  effects = openEffects();
  images = buildRuntimeImages(TARGETS, effects.runId);
  const slots = makeRunSlots(await effects.engine.info());
  const pairs = TARGETS.filter((target) => target !== 'needy').map((target) =>
    slots(SERVICE.memory, async () => [target, await observe(target)] as const),
  );
  observed = new Map(await Promise.all(pairs));
}, 600_000);

afterAll(() => {
  images.remove();
});

function listOurs(kind: 'container' | 'network' | 'volume', runId: string): string {
  const all = kind === 'container' ? ['-a'] : [];
  return execFileSync('docker', [kind, 'ls', ...all, '-q', '--filter', `label=${RUN_LABEL}=${runId}`]).toString();
}

const http = [httpCheck({ path: '/', json: { status: 'healthy' }, type: 'application/json', repeat: 3, within: 9000 })];
const SERVICE = { port: 8080, memory: 128e6, stopsWithin: 4000, startedWithin: 60_000, http };

/** What differs from a service that is asked everything; a key that is absent changes nothing. */
const CHANGES: Readonly<Partial<Record<Target, Partial<ImageConfig>>>> = {
  good: { env: { SECRET_NOTE: { from: 'env', name: 'SECRET_NOTE' } } },
  late: { startedWithin: 1000 },
  deaf: { stopsWithin: 1500 },
};

/** Everything is run once, as many at a time as the machine has room for; the tests then only look. */
let observed: ReadonlyMap<Target, Observed>;

interface Observed {
  readonly outcomes: readonly RuleOutcome[];
  readonly observation: ServiceObservation;
  readonly elapsed: number;
}

async function observe(target: Target, change: Partial<ImageConfig> = {}): Promise<Observed> {
  const image = blankImage({ name: target, ...SERVICE, ...CHANGES[target], ...change });
  const description = describeFromEngine(images.reference(target));
  const began = performance.now();
  const surroundings = { directory: images.folder, compose: (await effects.tools.find('compose')).path };
  const observation = await observeService(effects, image, description, images.reference(target), surroundings);
  const elapsed = performance.now() - began;
  const outcomes = judgeImage(
    RUNTIME_RULES,
    { image: known(description), accounts: ACCOUNTS, ...observation },
    image,
    blankConfig(),
    effects.clock.now(),
  );
  return { outcomes, observation, elapsed };
}

/** What the health test costs depends on the machine that runs the suite, so that rule has tests of its own. */
function failedOf(target: Target): readonly string[] {
  const { outcomes } = observed.get(target) ?? { outcomes: [] };
  return outcomes.flatMap(({ rule, status }) => (status === 'failed' && rule !== 'health.cadence' ? [rule] : []));
}
function messageOf(target: Target, rule: string): string | undefined {
  return observed.get(target)?.outcomes.find((outcome) => outcome.rule === rule)?.findings[0]?.message;
}

test('the repaired image passes every rule of a run', () => {
  const outcomes = observed.get('good')?.outcomes ?? [];
  expect(outcomes.filter(({ rule, status }) => status !== 'passed' && rule !== 'health.cadence')).toEqual([]);
  expect(outcomes.map((outcome) => outcome.rule)).toContain('user.runtime');
});

test.each<[Target, string, string]>([
  ['alias-of-root', 'user.runtime', 'runs as root (uid 0)'],
  ['root-child', 'user.runtime', 'process "/usr/local/bin/rootsleep 1" runs as root (uid 0)'],
  ['unhealthy', 'health.becomes-healthy', 'the last probe ended with 1 and said "no database"'],
  ['brief', 'health.becomes-healthy', 'with exit code 3; its last output was "starting ⏎ boom"'],
  ['no-such-user', 'health.becomes-healthy', 'the container never started: unable to find user nobody-at-all'],
  ['flapping', 'health.stable', 'after healthy the test failed'],
  ['no-curl', 'health.tool-missing', 'curl not found'],
  ['no-curl', 'health.becomes-healthy', 'curl not found'],
  ['wrong-answer', 'http.probe', 'JSON status is "starting" instead of "healthy"'],
  ['loopback', 'http.probe', 'it listens only on 127.0.0.1:8080, which nobody outside the container can reach'],
  ['loopback', 'port.listening', 'port 8080 is open on 127.0.0.1 alone'],
  ['late', 'startup.time', 'and a second start was no faster'],
  ['deaf', 'stop.graceful', 'it did not end within 1.5 s of SIGTERM and had to be killed (exit code 137)'],
  ['greedy', 'run.memory', 'a process was killed for memory (limit 128 MB'],
])('%s is caught by %s', (target, rule, message) => {
  expect(messageOf(target, rule)).toContain(message);
});

test.each<[Target, readonly string[]]>([
  ['alias-of-root', ['user.runtime']],
  ['root-child', ['user.runtime']],
  ['flapping', ['health.stable']],
  ['late', ['startup.time']],
  ['deaf', ['stop.graceful']],
])('%s fails that rule alone', (target, rules) => {
  expect(failedOf(target)).toEqual(rules);
});

test('a missing curl is said within ten seconds, container and all', () => {
  expect(observed.get('no-curl')?.elapsed).toBeLessThan(10_000);
});

test('what could not be looked at is undecided, not passed', () => {
  const outcome = observed.get('no-such-user')?.outcomes.find(({ rule }) => rule === 'user.runtime');
  expect(outcome).toMatchObject({ status: 'undecided', severity: 'error' });
});

test('$PORT is set, and a value from the environment never reaches the facts', () => {
  const facts = JSON.stringify(observed.get('good')?.observation);
  expect(facts).toContain('secret is ***');
  expect(facts).not.toContain('a-very-secret-note');
  expect(facts).toContain('\\"port\\": \\"8080\\"');
});

describe('companions', () => {
  const withService = (service: string): Partial<ImageConfig> => ({ with: [{ file: 'docker-compose.yml', service }] });
  beforeAll(() => {
    process.env['COMPANION_IMAGE'] = images.reference('good');
  });

  test('a service that needs its database passes with it and fails without', async () => {
    const [alone, together] = await Promise.all([
      observe('needy'),
      observe('needy', { name: 'needy-together', ...withService('db') }),
    ]);
    expect(alone.outcomes.find(({ rule }) => rule === 'health.becomes-healthy')?.status).toBe('failed');
    expect(together.outcomes.filter(({ rule, status }) => status !== 'passed' && rule !== 'health.cadence')).toEqual(
      [],
    );
  }, 120_000);

  test.each([
    ['forgetful', 'uses variables that are not set: NOBODY_SETS_THIS', false],
    ['built', 'built from source and names no image', false],
    ['nowhere', 'no such service: nowhere', false],
    ['gone', 'did not come up', true],
  ])(
    '%s cannot be started, and the reason is told',
    async (service, reason, environment) => {
      const { observation } = await observe('needy', { name: `needy-${service}`, ...withService(service) });
      expect(observation.service).toMatchObject({ state: 'undecided', environment });
      expect(JSON.stringify(observation.service)).toContain(reason);
    },
    60_000,
  );

  test('without compose, or without the file, the run is undecided', async () => {
    const image = blankImage({ name: 'x', with: [{ file: 'no-such.yml', service: 'db' }] });
    const description = describeFromEngine(images.reference('good'));
    const run = async (compose: { compose?: string }): Promise<string> =>
      JSON.stringify(
        await observeService(effects, image, description, images.reference('good'), {
          directory: images.folder,
          ...compose,
        }),
      );
    expect(await run({})).toContain('there is no compose plugin');
    expect(await run({ compose: '/bin/true' })).toContain('no-such.yml does not exist');
  });
});

describe('jobs', () => {
  const python = (code: string): readonly string[] => ['python', '-c', code];
  const run = [
    jobCheck({ command: python("print('42 cells')"), stdout: /42 cells/ }),
    jobCheck({ command: python("import sys; print('bad sample', file=sys.stderr); sys.exit(4)") }),
    jobCheck({
      command: python("import sys; print('bad sample', file=sys.stderr); sys.exit(4)"),
      exit: 4,
      stderr: /bad/,
    }),
    jobCheck({ command: python("print('41 cells')"), stdout: /42 cells/ }),
    jobCheck({ command: ['sleep', '60'], within: 1500 }),
    jobCheck({ command: ['no-such-program'] }),
  ];
  const image = blankImage({ name: 'job', kind: 'job', memory: 128e6, run });
  let jobs: JobsObservation;
  beforeAll(async () => {
    jobs = await observeJobs(effects, image, images.reference('good'), { directory: images.folder });
  }, 120_000);

  test('each wrong run is told, each right one passes', () => {
    const facts = { ...jobs, processes: known({ samples: 1, source: 'proc' as const, processes: [] }) };
    const outcome = judgeImage(RUNTIME_RULES, facts, image, blankConfig(), effects.clock.now()).find(
      ({ rule }) => rule === 'job.exit',
    );
    const messages = outcome?.findings.map((finding) => finding.message) ?? [];
    expect(messages.map((message) => message.slice(0, 5))).toEqual(['run 2', 'run 4', 'run 5', 'run 6']);
    expect(messages[0]).toContain('it ended with exit code 4 instead of 0; its last output was "bad sample"');
    expect(messages[1]).toContain('its output does not match /42 cells/; its last output was "41 cells"');
    expect(messages[2]).toContain('it did not end within 1.5 s');
    expect(messages[3]).toContain('it never started: exec: "no-such-program": executable file not found in $PATH');
  });

  test('its processes were looked at, and a run that never started leaves them undecided', async () => {
    expect(jobs.processes.state).toBe('undecided');
    const good = blankImage({ name: 'job-two', kind: 'job', run: run.slice(0, 1) });
    const { processes, memory } = await observeJobs(effects, good, images.reference('good'), {
      directory: images.folder,
    });
    expect(processes).toMatchObject({
      state: 'known',
      value: { processes: [{ uids: [10001, 10001, 10001, 10001], own: true }] },
    });
    expect(memory).toMatchObject({ state: 'known', value: { oomKilled: false } });
  }, 60_000);

  test('a job without declared runs is looked at for a moment', async () => {
    const plain = blankImage({ name: 'job-plain', kind: 'job' });
    const { jobs: facts } = await observeJobs(effects, plain, images.reference('brief'), { directory: images.folder });
    expect(facts).toMatchObject({ state: 'known', value: { runs: [{ check: -1, exitCode: 3 }] } });
  }, 60_000);
});

test('a cancelled run throws and leaves nothing behind', async () => {
  const controller = new AbortController();
  const cancelled = openEffects(controller.signal);
  const description = describeFromEngine(images.reference('good'));
  const image = blankImage({ name: 'cancelled', ...SERVICE });
  const running = observeService(cancelled, image, description, images.reference('good'), { directory: images.folder });
  for (let tries = 0; listOurs('container', cancelled.runId) === '' && tries < 100; tries += 1) {
    await cancelled.clock.sleep(50);
  }
  controller.abort(new Error('cancelled by a test'));
  await expect(running).rejects.toThrow('cancelled by a test');
  expect(listOurs('container', cancelled.runId) + listOurs('network', cancelled.runId)).toBe('');
}, 60_000);

test.each(['container', 'network', 'volume'] as const)('no %s of ours is left', (kind) => {
  expect(listOurs(kind, effects.runId)).toBe('');
});
