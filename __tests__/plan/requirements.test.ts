import { expect, test } from '@jest/globals';
import type { Effects } from '../../src/model/effects.ts';
import type { HttpRequest } from '../../src/model/http.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { blankConfig, blankImage } from '../support/blank.ts';
import { makeFolder } from '../support/folder.ts';
import { makePlanEffects } from '../support/plan-effects.ts';

const event = { name: 'command-line', dirty: false, fork: false } as const;

async function planOf(
  dockerfile: string,
  asked: boolean,
  answer?: (request: HttpRequest) => number,
  index = 'https://u:p@index.example/simple/',
) {
  const directory = await makeFolder({
    Dockerfile: dockerfile,
    'api/requirements.txt': 'fastapi>=0.109.0\nno-such-name-here\n',
    'dev.txt': 'pytest==8.0.0\n',
  });
  const rules = { 'requirements.known-names': { settings: {}, place: { file: 'slipway.yml' } } };
  const config = blankConfig({ directory, images: [blankImage()], ...(asked ? { rules } : {}) });
  const http = {
    request: (request: HttpRequest) =>
      Promise.resolve({ status: answer?.(request) ?? 500, headers: {}, body: new Uint8Array(), truncated: false }),
  };
  const scripted = makePlanEffects({ env: { PIP_INDEX_URL: index } });
  const effects = answer === undefined ? scripted : (Object.create(scripted, { http: { value: http } }) as Effects);
  const [image] = (await makePlan(effects, config, { event })).images;
  if (image === undefined) throw new Error('nothing was planned');
  return image;
}

test.each([
  [
    'FROM a\nCOPY api/requirements.txt ./\nRUN pip install --no-cache-dir -r requirements.txt',
    ['api/requirements.txt'],
  ],
  ['FROM a\nCOPY . .\nRUN python -m pip install -r api/requirements.txt', ['api/requirements.txt']],
  ['FROM a\nRUN --mount=type=bind,source=dev.txt,target=/r/dev.txt uv pip install -r /r/dev.txt', ['dev.txt']],
  [
    'FROM a\nCOPY dev.txt api/requirements.txt /r/\nRUN pip install -r /r/dev.txt && pip install -r /r/requirements.txt',
    ['dev.txt', 'api/requirements.txt'],
  ],
  ['FROM a\nCOPY dev.txt .\nRUN uv venv && uv pip sync --require-hashes dev.txt && rm -f x', ['dev.txt']],
  ['FROM a\nCOPY dev.txt .\nRUN pip-sync ./dev.txt', ['dev.txt']],
  ['FROM a\nCOPY dev.txt .\nRUN uv sync --frozen', []],
  ['FROM a AS unused\nCOPY dev.txt .\nRUN pip install -r dev.txt\nFROM b', []],
  ['FROM a\nCOPY --from=x dev.txt .\nRUN pip install -r dev.txt', []],
  ['FROM a\nCOPY dev.txt .\nRUN cat dev.txt', []],
])('%j installs %j', async (dockerfile, expected) => {
  const { requirements, packageIndex } = await planOf(dockerfile, false);
  expect(requirements.state === 'known' ? requirements.value.map(({ file }) => file) : requirements).toEqual(expected);
  expect(packageIndex.state).toBe('skipped');
});

const INSTALLS = 'FROM a\nCOPY api/requirements.txt ./\nRUN pip install -r requirements.txt';

test('the index is asked for each name once, its login in a header and nowhere else', async () => {
  const asked: HttpRequest[] = [];
  const { packageIndex } = await planOf(INSTALLS, true, (request) => {
    asked.push(request);
    return request.url.includes('no-such') ? 404 : 301;
  });
  expect(asked.map(({ url }) => url)).toEqual([
    'https://index.example/simple/fastapi/',
    'https://index.example/simple/no-such-name-here/',
  ]);
  expect(asked[0]?.headers['authorization']).toMatch(/^Basic /);
  expect(packageIndex).toMatchObject({
    state: 'known',
    value: {
      index: 'https://index.example/simple',
      asked: 2,
      unknown: [{ name: 'no-such-name-here', place: { line: 2 } }],
    },
  });
});

test('an index that answers something else leaves it open, as a cause outside', async () => {
  const { packageIndex } = await planOf(INSTALLS, true, () => 503);
  expect(packageIndex).toMatchObject({ state: 'undecided', environment: true });
});

test('an empty variable is none, and one that is no URL is said', async () => {
  const { packageIndex } = await planOf(INSTALLS, true, () => 200, '');
  expect(packageIndex).toMatchObject({ state: 'known', value: { index: 'https://pypi.org/simple', unknown: [] } });
  const wrong = await planOf(INSTALLS, true, () => 200, 'index');
  expect(wrong.packageIndex).toMatchObject({ state: 'undecided', environment: false });
});

test('a name of another index is not asked of the usual one', async () => {
  const asked: string[] = [];
  const answer = (request: HttpRequest) => {
    asked.push(request.url);
    return 200;
  };
  const run = 'pip install torch --index-url https://download.pytorch.org/whl/cu121 && pip install flask';
  await planOf(`FROM a\nRUN ${run}`, true, answer);
  expect(asked).toEqual(['https://index.example/simple/flask/']);
  const { packageIndex } = await planOf(
    `FROM a\nENV PIP_INDEX_URL=https://private.example/simple\nRUN ${run}`,
    true,
    answer,
  );
  expect(packageIndex.state).toBe('skipped');
});
