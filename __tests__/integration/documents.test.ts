import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, jest, test } from '@jest/globals';
import { RULES } from '../../src/check/rules/index.ts';
import { formatPlace } from '../../src/model/place.ts';
import type { RunRecord } from '../../src/model/record.ts';
import type { Request } from '../../src/pipeline/request.ts';
import { runPipeline } from '../../src/pipeline.ts';
import { captureEffects } from '../support/captured-effects.ts';
import { makeFolder } from '../support/folder.ts';
import { BROKEN, PLACES, REPAIRED } from '../support/stack-projects.ts';

// One of them installs from the Python index.
jest.setTimeout(300_000);

type Outcome = RunRecord['images'][number]['outcomes'][number];

const captured = captureEffects();
afterAll(async () => {
  await captured.effects.engineImages.close();
});

/** What is wrong before the build keeps a build from being started, so the config only asks for a report. */
async function check(directory: string): Promise<readonly Outcome[]> {
  const output = await makeFolder({});
  const request: Request = {
    command: 'check',
    directory,
    only: [],
    output,
    cache: 'none',
    containers: false,
    informational: true,
  };
  const record: RunRecord = await runPipeline(captured.effects, request);
  const unbuilt = record.images.filter(({ status }) => status !== 'built');
  if (unbuilt.length > 0) throw new Error(captured.text());
  return [...record.images.flatMap(({ outcomes }) => outcomes), ...(record.stack?.outcomes ?? [])];
}

function statusesOf(outcomes: readonly Outcome[]): Readonly<Record<string, string>> {
  return Object.fromEntries(outcomes.map(({ rule, status }) => [rule, status]));
}

/** `file:line` of a rule's first finding. */
function placeOf(outcomes: readonly Outcome[], rule: string): string | undefined {
  const place = outcomes.find((outcome) => outcome.rule === rule)?.findings[0]?.place;
  if (place === undefined) return undefined;
  const { file, line } = place;
  return formatPlace(line === undefined ? { file } : { file, line });
}

test('the broken stack breaks every compose rule at its line, the repaired one none', async () => {
  const ids = RULES.map(({ id }) => id).filter((id) => id.startsWith('compose.'));
  const broken = await check(await makeFolder(BROKEN));
  expect(Object.fromEntries(ids.map((id) => [id, placeOf(broken, id)]))).toEqual(PLACES);
  const repaired = statusesOf(await check(await makeFolder(REPAIRED)));
  expect(Object.fromEntries(ids.map((id) => [id, repaired[id]]))).toEqual(
    Object.fromEntries(ids.map((id) => [id, 'passed'])),
  );
});

/** The document's backend; only what Poetry does to the network is done by pip, on the same lines. */
async function copyBackend(change: (file: string, text: string) => string): Promise<string> {
  const directory = await makeFolder({ '.git/HEAD': '' });
  await cp(join(import.meta.dirname, '../fixtures/documents/healthbench'), directory, { recursive: true });
  for (const file of ['backend/Dockerfile', 'docker-compose.yml']) {
    const path = join(directory, file);
    await writeFile(path, change(file, await readFile(path, 'utf8')));
  }
  return directory;
}

function withoutPoetry(text: string): string {
  return text
    .replace('RUN pip install poetry', 'RUN python -m venv .venv')
    .replace(/^RUN poetry .*$/m, 'RUN .venv/bin/pip install --no-cache-dir fastapi uvicorn');
}

test('DF HealthBench, defects 4 and 6 in the bytes of its image: curl is not there, USER is a name', async () => {
  const broken = await check(await copyBackend((_, text) => withoutPoetry(text)));
  expect(statusesOf(broken)).toMatchObject({
    'dockerfile.health-tool': 'failed',
    'compose.hc-tool': 'failed',
    'user.numeric': 'failed',
    'user.config': 'passed',
  });
  expect(placeOf(broken, 'dockerfile.health-tool')).toBe('backend/Dockerfile:18');
  expect(placeOf(broken, 'compose.hc-tool')).toBe('docker-compose.yml:40');
  expect(placeOf(broken, 'user.numeric')).toBe('backend/Dockerfile:14');
  const repaired = await check(await copyBackend(repairBackend));
  expect(statusesOf(repaired)).toMatchObject({
    'dockerfile.health-tool': 'skipped',
    'compose.hc-tool': 'passed',
    'user.numeric': 'passed',
    'user.config': 'passed',
  });
});

function repairBackend(file: string, text: string): string {
  if (file === 'docker-compose.yml') return text.replace("'curl', '-f',", "'python', '-m', 'app.probe',");
  return withoutPoetry(text)
    .replace('USER dfuser', 'USER 1000')
    .replace('CMD curl -f http://localhost:8000/health || exit 1', 'CMD ["python", "-m", "app.probe"]');
}
