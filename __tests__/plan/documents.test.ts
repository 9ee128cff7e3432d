import { appendFile, cp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { dockerfileCloneUnpinned } from '../../src/check/rules/dockerfile/dockerfile.clone-unpinned.ts';
import { dockerfileCopyIgnored } from '../../src/check/rules/dockerfile/dockerfile.copy-ignored.ts';
import { dockerfileCopyMissing } from '../../src/check/rules/dockerfile/dockerfile.copy-missing.ts';
import { dockerfileRedirectedInstall } from '../../src/check/rules/dockerfile/dockerfile.redirected-install.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { AnyRule } from '../../src/check/rule.ts';
import { ruleTable } from '../../src/check/rules/index.ts';
import type { PlannedImage } from '../../src/model/plan.ts';
import { formatPlace } from '../../src/model/place.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { blankConfig, blankImage } from '../support/blank.ts';
import { makeFolder } from '../support/folder.ts';
import { checkRule } from '../support/judging.ts';
import { makePlanEffects } from '../support/plan-effects.ts';

const root = join(import.meta.dirname, '../..');
const documents = join(root, '__tests__/fixtures/documents');
const event = { name: 'command-line', dirty: false, fork: false } as const;
const effects = makePlanEffects();

async function planDocument(system: string, dockerfile: string): Promise<PlannedImage> {
  return await planFolder(join(documents, system), dockerfile);
}

async function planFolder(directory: string, dockerfile: string): Promise<PlannedImage> {
  const plan = await makePlan(effects, blankConfig({ directory, images: [blankImage({ dockerfile })] }), { event });
  const [image] = plan.images;
  if (image === undefined) throw new Error('nothing was planned');
  return image;
}

/** `file:line what was seen` of every finding. */
function findings(rule: AnyRule, image: PlannedImage): readonly string[] {
  if (image.dockerfile.state !== 'known') throw new Error(JSON.stringify(image.dockerfile));
  const judgement = checkRule(rule, { dockerfile: image.dockerfile.value }, image.config);
  if (judgement.status !== 'failed') return [];
  return judgement.findings.map(({ place, seen }) => `${formatPlace(place ?? { file: '?' })} ${seen ?? ''}`);
}

test('DemeterAI, defect 1: the ignore file removes what COPY needs', async () => {
  const image = await planDocument('demeter', 'Dockerfile');
  expect(findings(dockerfileCopyIgnored, image)).toEqual(['Dockerfile:16 README.md']);
  expect(findings(dockerfileCopyMissing, image)).toEqual([]);
  expect(image.dockerfile).toMatchObject({
    value: {
      missingSources: [{ ignoredBy: { pattern: 'README.md', place: { file: '.dockerignore', line: 17 } } }],
    },
  });
});

test('its twin with an exception in the ignore file draws no finding', async () => {
  const directory = await makeFolder({});
  await cp(join(documents, 'demeter'), directory, { recursive: true });
  await appendFile(join(directory, '.dockerignore'), '\n!README.md\n');
  expect(findings(dockerfileCopyIgnored, await planFolder(directory, 'Dockerfile'))).toEqual([]);
});

test('HAYSTACK, defect 2: five requirements are redirections, each at its line with the file that appears', async () => {
  const image = await planDocument('haystack', 'docker/Dockerfile.inference');
  expect(findings(dockerfileRedirectedInstall, image)).toEqual([
    'docker/Dockerfile.inference:15 google-cloud-storage>=2.14.0',
    'docker/Dockerfile.inference:16 scanpy>=1.9.6',
    'docker/Dockerfile.inference:17 anndata>=0.10.0',
    'docker/Dockerfile.inference:18 scipy>=1.11.0',
    'docker/Dockerfile.inference:19 tqdm>=4.66.0',
  ]);
  const facts = image.dockerfile.state === 'known' ? { dockerfile: image.dockerfile.value } : {};
  const judgement = checkRule(dockerfileRedirectedInstall, facts);
  const messages = judgement.status === 'failed' ? judgement.findings.map(({ message }) => message).join('\n') : '';
  for (const file of ['=2.14.0', '=1.9.6', '=0.10.0', '=1.11.0', '=4.66.0'])
    expect(messages).toContain(`a file \`${file}\``);
});

test('HAYSTACK, defect 7: the clone without a ref', async () => {
  const image = await planDocument('haystack', 'docker/Dockerfile.inference');
  expect(findings(dockerfileCloneUnpinned, image)).toEqual([
    'docker/Dockerfile.inference:10 https://github.com/arcinstitute/STACK.git',
  ]);
});

test.each(['docker/Dockerfile.api', 'docker/Dockerfile.orchestrator'])(
  'the document’s %s has neither',
  async (file) => {
    const image = await planDocument('haystack', file);
    for (const rule of [dockerfileRedirectedInstall, dockerfileCopyIgnored, dockerfileCopyMissing]) {
      expect(findings(rule, image)).toEqual([]);
    }
  },
);

test('the repaired twins draw no finding, and all of HAYSTACK is planned in under two seconds of work', async () => {
  const directory = join(root, 'docker/haystack');
  // Its stack is compose's to read: documents-findings.test.ts does that.
  const { stack, ...config } = await loadConfig(effects.files, undefined, directory, ruleTable());
  expect(stack?.files.map(({ path }) => path)).toEqual(['docker-compose.yml']);
  const started = process.cpuUsage();
  const plan = await makePlan(effects, config, { event });
  const { user, system } = process.cpuUsage(started);
  expect((user + system) / 1000).toBeLessThan(2000);
  expect(plan.images.map((image) => image.name)).toEqual(['api', 'orchestrator', 'inference']);
  for (const image of plan.images) {
    for (const rule of [
      dockerfileRedirectedInstall,
      dockerfileCopyIgnored,
      dockerfileCopyMissing,
      dockerfileCloneUnpinned,
    ]) {
      expect([image.name, rule.id, findings(rule, image)]).toEqual([image.name, rule.id, []]);
    }
  }
});
