import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { ENVIRONMENTS } from '../src/google/setup/grants.ts';
import { INPUTS } from '../src/inputs.ts';
import { CALLERS, permissionsOf } from '../script/workflow-page.ts';
import {
  findUnknownActions,
  listWorkflows,
  parseWorkflow,
  readWorkflow,
  REUSABLE,
  toActVariant,
  toServerVariant,
} from '../script/workflows.ts';

type Json = null | string | number | boolean | Json[] | { [key: string]: Json };

const json: z.ZodType<Json> = z.json();
const read = (text: string): Json => json.parse(parse(text));

/** Every map of a document, with the path to it. */
function mapsOf(value: Json, path = ''): { readonly path: string; readonly map: Record<string, Json> }[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => mapsOf(item, `${path}/${String(index)}`));
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.entries(value).flatMap(([key, item]) => mapsOf(item, `${path}/${key}`));
  return [{ path, map: value }, ...inner];
}

/** A document in which `$/` stands again and the checkouts that a variant adds are gone. */
function undo(variant: string, dropped: (map: Record<string, Json>) => boolean): Json {
  const back = (value: Json): Json => {
    if (Array.isArray(value)) {
      const own = value.map((item) => (typeof item === 'object' && item !== null && !Array.isArray(item) ? item : {}));
      return value
        .filter((_, index) => !(own[index + 1]?.['uses'] === './.git/slipway' && dropped(own[index] ?? {})))
        .map(back);
    }
    if (typeof value !== 'object' || value === null) return value === './.git/slipway' ? '$/' : value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, back(item)]));
  };
  return back(read(variant));
}

describe.each(REUSABLE)('%s.yml', (name) => {
  const text = readWorkflow(name);
  const workflow = parseWorkflow(text);
  const own = Object.values(workflow.jobs).flatMap(({ steps }) => steps.filter(({ uses }) => uses === '$/'));

  test('is thin: every step is a checkout or the action, and none runs a shell', () => {
    const uses = Object.values(workflow.jobs).flatMap(({ steps }) => steps.map((step) => step.uses ?? 'run'));
    expect(new Set(uses)).toEqual(new Set(['$/', expect.stringMatching(/^actions\/checkout@[0-9a-f]{40}$/)]));
    expect(own.length).toBe(Object.keys(workflow.jobs).length);
  });

  test('tells every job the same config: artifacts of another in the same run are not seen', () => {
    expect(new Set(own.map((step) => step.with?.['config']))).toEqual(new Set(['${{ inputs.config }}']));
  });

  test('gives the action inputs that it has', () => {
    expect(own.flatMap((step) => Object.keys(step.with ?? {})).filter((input) => !(input in INPUTS))).toEqual([]);
  });

  test('reads outputs that the action has', () => {
    const action = z
      .object({ outputs: z.record(z.string(), z.unknown()) })
      .parse(parse(readFileSync('action.yml', 'utf8')));
    const wanted = [...text.matchAll(/steps\.\w+\.outputs\.([\w-]+)/g)].map(([, output = '']) => output);
    expect(wanted.filter((output) => !(output in action.outputs))).toEqual([]);
  });

  test('leaves nothing in the checkout that user code could take, and says in each job which cache it may use', () => {
    const jobs = mapsOf(read(text)).filter(({ path }) => /^\/jobs\/[\w-]+$/.test(path));
    expect(jobs.map(({ map }) => map['cache-mode']).filter((mode) => mode === undefined)).toEqual([]);
    const checkouts = mapsOf(read(text)).filter(
      ({ map }) => typeof map['uses'] === 'string' && map['uses'].startsWith('actions/checkout@'),
    );
    for (const { map } of checkouts) expect(map['with']).toMatchObject({ 'persist-credentials': false });
  });

  test('a caller’s file is short and grants what is asked for, no more', () => {
    const caller = z
      .object({ jobs: z.object({ images: z.object({ permissions: z.record(z.string(), z.string()) }) }) })
      .parse(parse(CALLERS[name]));
    expect(CALLERS[name].trim().split('\n').length).toBeLessThanOrEqual(20);
    const granted = Object.entries(caller.jobs.images.permissions).map(([right, level]) => `${right}: ${level}`);
    expect(granted.toSorted()).toEqual(permissionsOf(workflow));
  });

  test('the variant for Enterprise Server is the same but for the step that finds the action', () => {
    const isOwnCheckout = (map: Record<string, Json>): boolean =>
      z
        .object({ with: z.object({ path: z.literal('.git/slipway'), ref: z.literal('${{ job.workflow_sha }}') }) })
        .safeParse(map).success;
    expect(undo(toServerVariant(name), isOwnCheckout)).toEqual(read(text));
    expect(toServerVariant(name).match(/uses: \.\/\.git\/slipway/g)).toHaveLength(own.length);
  });

  test('what act runs is the same but for that step and two keys it does not know', () => {
    const isPlainCheckout = (map: Record<string, Json>): boolean => Object.keys(map).join() === 'uses';
    const drop = (value: Json): Json => {
      if (Array.isArray(value)) return value.map(drop);
      if (typeof value !== 'object' || value === null) return value;
      const kept = Object.entries(value).filter(
        ([key, item]) => key !== 'cache-mode' && !(key === 'queue' && item === 'max'),
      );
      return Object.fromEntries(kept.map(([key, item]) => [key, drop(item)]));
    };
    expect(undo(toActVariant(text), isPlainCheckout)).toEqual(drop(read(text)));
  });
});

describe('images.yml', () => {
  const jobs = z
    .object({
      jobs: z.record(z.string(), z.looseObject({ needs: z.union([z.string(), z.array(z.string())]).optional() })),
    })
    .parse(parse(readWorkflow('images'))).jobs;
  const needsOf = (job: string): readonly string[] => [jobs[job]?.needs ?? []].flat();

  test('no job waits for a machine with a GPU', () => {
    const waiting = Object.keys(jobs).filter((job) => needsOf(job).some((need) => /^gpu(-retry)?$/.test(need)));
    expect(waiting).toEqual([]);
  });

  test('whoever compares policies knows what the caller made of them', () => {
    const comparing = mapsOf(read(readWorkflow('images'))).flatMap(({ map }) =>
      typeof map['command'] === 'string' && ['plan', 'stage', 'stack', 'gpu', 'publish'].includes(map['command'])
        ? map
        : [],
    );
    expect(comparing).toHaveLength(6);
    for (const step of comparing) expect(step).toMatchObject({ informational: '${{ inputs.informational }}' });
  });

  test('the gate hears of every other job and always runs', () => {
    const others = Object.keys(jobs).filter((job) => !/^(gate|gpu|gpu-retry)$/.test(job));
    expect(needsOf('gate')).toEqual(expect.arrayContaining(others));
    expect(jobs['gate']?.['if']).toBe('always()');
  });

  test('the environments are those that the grants of the registry depend on', () => {
    const used = Object.fromEntries(Object.entries(jobs).map(([job, { environment }]) => [job, environment]));
    expect(used).toMatchObject({
      plan: ENVIRONMENTS.staging,
      build: ENVIRONMENTS.staging,
      stack: ENVIRONMENTS.stack,
      gpu: ENVIRONMENTS.gpu,
      'gpu-retry': ENVIRONMENTS.gpu,
      publish: '${{ needs.plan.outputs.environment }}',
    });
    expect(used['gate']).toBeUndefined();
  });

  test('whoever runs user code beside the build may read, and writes nothing', () => {
    for (const job of ['stack', 'gpu', 'gpu-retry'])
      expect(jobs[job]?.['permissions']).toEqual({ contents: 'read', 'id-token': 'write' });
    expect(needsOf('publish')).toContain('stack');
  });

  test('only jobs with an environment may ask for an identity', () => {
    const asking = Object.entries(jobs).filter(
      ([, { permissions }]) => z.looseObject({ 'id-token': z.string() }).safeParse(permissions).success,
    );
    expect(asking.filter(([, { environment }]) => environment === undefined)).toEqual([]);
  });
});

describe.each(listWorkflows())('%s', (file) => {
  const text = readFileSync(`.github/workflows/${file}`, 'utf8');

  test('pins every action of others by commit and says its version', () => {
    expect(findUnknownActions(text)).toEqual([]);
  });

  test('puts no expression into a shell, and hears of no pull_request_target', () => {
    const runs = mapsOf(read(text)).flatMap(({ map }) => (typeof map['run'] === 'string' ? map['run'] : []));
    expect(runs.filter((run) => run.includes('${{'))).toEqual([]);
    expect(text).not.toContain('pull_request_target');
  });

  test('names no concurrency group after the workflow: in a called one that is the caller’s', () => {
    expect(/group: .*github\.workflow(?!_)/.exec(text)).toBeNull();
  });
});
