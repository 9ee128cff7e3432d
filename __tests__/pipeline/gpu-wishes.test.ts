import { describe, expect, test } from '@jest/globals';
import { Fault } from '../../src/model/fault.ts';
import type { GitHub } from '../../src/model/github.ts';
import type { GpuConfig } from '../../src/model/gpu-config.ts';
import type { Plan, SourceEvent } from '../../src/model/plan.ts';
import { sayUntried } from '../../src/pipeline/gpu-fragments.ts';
import { describeWish, findGpuWishes, GPU_LABEL, untriedOf } from '../../src/pipeline/gpu-wishes.ts';
import type { Run } from '../../src/pipeline/run.ts';
import { planJobs } from '../../src/plan/jobs.ts';
import { blankConfig } from '../support/blank.ts';
import { blankGpu } from '../support/gpu-job.ts';
import { blankNeed } from '../support/gpu-verdict.ts';
import { makePlanEffects } from '../support/plan-effects.ts';
import { plannedImage } from '../support/planned.ts';
import { anImageRecord } from '../support/records.ts';

const BASE = 'a'.repeat(40);
const HEAD = 'b'.repeat(40);
const PULL: SourceEvent = {
  ...{ name: 'pull_request', dirty: false, fork: false, commit: HEAD, base: BASE },
  pullRequest: { number: 7, labels: [] },
};
const LABELLED: SourceEvent = { ...PULL, pullRequest: { number: 7, labels: [GPU_LABEL] } };

interface World {
  readonly event?: SourceEvent;
  readonly changed?: readonly string[] | 'unknown';
  /** Labels as GitHub has them now, or its refusal. */
  readonly asked?: readonly string[] | Fault;
  readonly workflow?: 'images' | 'verify';
}

function planOf(pullRequests: GpuConfig['pullRequests'], event: SourceEvent): Plan {
  const images = [plannedImage('api'), plannedImage('model', { name: 'model', gpu: blankGpu({ pullRequests }) })];
  return { event, publish: { publish: false, reason: '' }, images };
}

function runOf({ changed = [], asked, workflow = 'images' }: World, said: string[]): Run {
  const answers: Record<string, string> = { 'rev-parse --verify --quiet HEAD^{commit}': HEAD, 'merge-base': BASE };
  const git = (argv: readonly string[]) => {
    const words = argv.join(' ');
    if (changed === 'unknown') return { exitCode: 1 };
    if (words.includes('diff ')) return { stdout: changed.map((path) => `${path}\0`).join('') };
    const found = Object.entries(answers).find(([part]) => words.includes(part));
    return words.includes('HEAD^2') || words.includes('HEAD^1') ? { exitCode: 1 } : { stdout: found?.[1] ?? '' };
  };
  const pullRequest = () => (asked instanceof Fault ? Promise.reject(asked) : Promise.resolve({ labels: asked ?? [] }));
  const { processes, files, env, signal, tools, engine } = makePlanEffects({ programs: { git } });
  const effects = {
    ...{ processes, files, env, signal, tools, engine, output: { stderr: (text: string) => said.push(text) } },
    ...(asked === undefined ? {} : { github: { pullRequest } as unknown as GitHub }),
  };
  return { effects, config: blankConfig(), request: { workflow } } as unknown as Run;
}

const ML = ['ml', 'docker/Dockerfile.gpu'];

describe('a pull request', () => {
  test.each<[string, GpuConfig['pullRequests'], World, string]>([
    ['with nothing written', 'always', {}, 'model is tried on a GPU: every pull request that may affect it is'],
    [
      'without the label',
      'label',
      {},
      `model is not tried on a GPU: the pull request does not have the label ${GPU_LABEL}`,
    ],
    [
      'with the label',
      'label',
      { event: LABELLED },
      `model is tried on a GPU: the pull request has the label ${GPU_LABEL}`,
    ],
    [
      'with a label that came later',
      'label',
      { asked: [GPU_LABEL] },
      `model is tried on a GPU: the pull request has the label ${GPU_LABEL}`,
    ],
    ['with another label', 'label', { asked: ['gpu'] }, 'model is not tried on a GPU: the pull request does not'],
    ['whose labels may not be asked', 'label', { asked: new Fault('denied') }, 'model is not tried on a GPU'],
    [
      'that changes a file below',
      ML,
      { changed: ['README.md', 'ml/a/b.py'] },
      'model is tried on a GPU: ml/a/b.py changed',
    ],
    [
      'that changes that file',
      ML,
      { changed: ['docker/Dockerfile.gpu'] },
      'model is tried on a GPU: docker/Dockerfile.gpu changed',
    ],
    [
      'that changes a neighbour',
      ML,
      { changed: ['mlx/a.py', 'docker/Dockerfile'] },
      'model is not tried on a GPU: nothing of ml, docker/Dockerfile.gpu changed',
    ],
    [
      'that changes nothing of it and has the label',
      ML,
      { event: LABELLED },
      'model is tried on a GPU: the pull request has the label',
    ],
    [
      'of which nobody knows what it changes',
      ML,
      { changed: 'unknown' },
      'model is tried on a GPU: the folder is no clone',
    ],
    [
      'of a fork',
      'always',
      { event: { ...PULL, fork: true } },
      'model is not tried on a GPU: a run of a fork or of Dependabot gets no machine',
    ],
    [
      'of a fork with the label',
      'label',
      { event: { ...LABELLED, fork: true } },
      'model is not tried on a GPU: a run of a fork',
    ],
  ])('%s', async (_, pullRequests, world, expected) => {
    const said: string[] = [];
    const plan = planOf(pullRequests, world.event ?? PULL);
    const wishes = await findGpuWishes(runOf(world, said), plan);
    expect(wishes.map(describeWish)).toEqual([expect.stringContaining(expected)]);
    expect(said).toHaveLength(world.asked instanceof Fault ? 1 : 0);
    const jobs = planJobs(plan, untriedOf(wishes));
    const tried = expected.startsWith('model is tried');
    expect([jobs.gpu.map(({ image }) => image), jobs.untried?.length ?? 0]).toEqual(tried ? [['model'], 0] : [[], 1]);
  });

  test.each<[string, World]>([
    ['a push', { event: { ...PULL, name: 'push' } }],
    ['a merge group', { event: { ...PULL, name: 'merge_group' } }],
    ['verify.yml, which has no GPU jobs', { workflow: 'verify' }],
  ])('is what it is about, not %s', async (_, world) => {
    expect(await findGpuWishes(runOf(world, []), planOf('label', world.event ?? PULL))).toEqual([]);
  });
});

describe('what was not tried', () => {
  const jobs = (wanted: boolean) => ({ build: [], gpu: [], untried: [{ image: 'api', reason: 'because', wanted }] });
  test.each<[string, 'warn' | 'fail', boolean, string, readonly string[]]>([
    ['a fork, on-skip warn', 'warn', true, 'skipped', []],
    ['a fork, on-skip fail', 'fail', true, 'undecided', ['cuda.smoke undecided']],
    ['not asked for, on-skip fail', 'fail', false, 'skipped', []],
  ])('is said of the image: %s', (_, onSkip, wanted, status, blocked) => {
    const image = anImageRecord({ gpu: { ...blankNeed(), onSkip } });
    const said = sayUntried(jobs(wanted), image);
    expect(said.blocked).toEqual(blocked);
    expect(said.outcomes.at(-1)).toMatchObject({ rule: 'cuda.smoke', status, reason: 'not tried on a GPU: because' });
    expect(sayUntried({ build: [], gpu: [] }, image)).toBe(image);
    expect(sayUntried(jobs(wanted), anImageRecord())).toEqual(anImageRecord());
  });
});
