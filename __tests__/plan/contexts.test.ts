import { symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { makeFiles } from '../../src/io/files.ts';
import type { Files } from '../../src/model/effects.ts';
import { known, type ContextFacts, type MissingSource } from '../../src/model/facts.ts';
import { makeContexts } from '../../src/plan/contexts.ts';
import { findContextSources } from '../../src/plan/context-sources.ts';
import { parseDockerfile } from '../../src/plan/dockerfile.ts';
import { blankImage } from '../support/blank.ts';
import { part } from '../../script/secrets.d/sample.ts';
import { makeFolder } from '../support/folder.ts';

const files = makeFiles({ temporary: tmpdir() });

async function lookAt(
  folder: string,
  text: string,
  image = blankImage(),
  through: Files = files,
): Promise<{ readonly missing: readonly MissingSource[]; readonly context: ContextFacts }> {
  const parsed = parseDockerfile(text, {
    args: image.args,
    ...(image.target === undefined ? {} : { target: image.target }),
  });
  if ('problem' in parsed) throw new Error(parsed.problem);
  const { dockerfile, context } = await makeContexts(through, folder).look(image, known(parsed));
  if (dockerfile.state !== 'known' || context.state !== 'known')
    throw new Error(JSON.stringify({ dockerfile, context }));
  return { missing: dockerfile.value.missingSources, context: context.value };
}

/** Source and, where it is ignored, the pattern and line that did it. */
async function missingIn(text: string, ignore: string | undefined): Promise<readonly string[]> {
  const folder = await makeFolder({
    'a.txt': 'a',
    'README.md': 'r',
    'app/main.py': 'm',
    'app/deep/x.json': 'x',
    'lock/a.lock': 'l',
    'empty/': '',
    ...(ignore === undefined ? {} : { '.dockerignore': ignore }),
  });
  await symlink('a.txt', join(folder, 'link'));
  await symlink('nowhere', join(folder, 'dangling'));
  const { missing } = await lookAt(folder, text);
  return missing.map(({ source, line, ignoredBy }) => {
    const by =
      ignoredBy === undefined
        ? 'absent'
        : `${ignoredBy.pattern} ${ignoredBy.place.file}:${String(ignoredBy.place.line)}`;
    return `${String(line)} ${source}: ${by}`;
  });
}

test.each([
  ['absent', 'FROM a\nCOPY nope a.txt /', undefined, ['2 nope: absent']],
  ['ignored', 'FROM a\nCOPY a.txt README.md /', '# x\n*.md\n', ['2 README.md: *.md .dockerignore:2']],
  ['at its own line', 'FROM a\nCOPY a.txt \\\n  nope \\\n  /', undefined, ['3 nope: absent']],
  [
    'ADD, JSON form and quotes',
    'FROM a\nADD ["nope", "/x y/"]\nCOPY "no" /',
    undefined,
    ['2 nope: absent', '3 no: absent'],
  ],
  ['below an ignored folder', 'FROM a\nCOPY app/main.py /', 'app\n', ['2 app/main.py: app .dockerignore:1']],
  ['a folder', 'FROM a\nCOPY app /', 'app/\n', ['2 app: app/ .dockerignore:1']],
  ['a bind mount', 'FROM a\nRUN --mount=type=bind,source=nope,target=/x true', undefined, ['2 nope: absent']],
  ['an argument', 'FROM a\nARG X=nope\nCOPY $X /', undefined, ['3 nope: absent']],
  ['a stage it builds on', 'FROM a AS one\nCOPY nope /\nFROM one', undefined, ['2 nope: absent']],
  ['every file of a wildcard', 'FROM a\nCOPY app/*.py /', '**/*.py\n', ['2 app/*.py: **/*.py .dockerignore:1']],
  ['a link whose file is ignored', 'FROM a\nCOPY link /', 'a.txt\n', ['2 link: a.txt .dockerignore:1']],
  ['a link that leads nowhere', 'FROM a\nCOPY dangling /', undefined, ['2 dangling: absent']],
])('not found by the build: %s', async (_, text, ignore, expected) => {
  expect(await missingIn(text, ignore)).toEqual(expected);
});

test.each([
  ['what is there', 'FROM a\nCOPY a.txt app/ empty link ./README.md /app/main.py /', undefined],
  ['above the context is the context', 'FROM a\nCOPY ../a.txt /', undefined],
  ['the whole context', 'FROM a\nCOPY . /', '*\n'],
  ['a folder with an exception below', 'FROM a\nCOPY app /', '*\n!app/main.py\n'],
  ['a folder whose files are ignored', 'FROM a\nCOPY app /', 'app/*\n'],
  ['other stages and images', 'FROM a AS b\nCOPY --from=b /nope /\nCOPY --from=c /nope /', undefined],
  ['stages that are not built', 'FROM a AS b\nCOPY nope /\nFROM c\nCOPY a.txt /', undefined],
  [
    'URLs and repositories',
    'FROM a\nADD https://x.org/nope git@github.com:a/b.git https://x.org/b.git#v1 /',
    undefined,
  ],
  ['here-documents', 'FROM a\nCOPY <<EOF <<-E2 /x/\nhi\nEOF\n\tE2\n', undefined],
  ['wildcards that find nothing', 'FROM a\nCOPY nope* app/*.json /', undefined],
  ['an optional file that is ignored', 'FROM a\nCOPY a.txt README.md* /', '*.md\n'],
  ['a wildcard with something left', 'FROM a\nCOPY *.* /', '*.md\n'],
  ['a variable of the base image', 'FROM a\nCOPY $NOPE /', undefined],
  ['ONBUILD', 'FROM a\nONBUILD COPY nope /', undefined],
  ['other mounts', 'FROM a\nRUN --mount=type=cache,target=/x --mount=type=bind,from=b,source=nope true', undefined],
])('left alone: %s', async (_, text, ignore) => {
  expect(await missingIn(text, ignore)).toEqual([]);
});

test('bytes, files and the largest are those the build sends', async () => {
  const folder = await makeFolder({
    'src/big.bin': 5000,
    'src/a.py': 100,
    'src/skip/b.py': 10,
    'other.bin': 7000,
    'data/ignored.bin': 9000,
    '.dockerignore': 'data\n**/skip\n',
  });
  expect((await lookAt(folder, 'FROM a\nCOPY src /')).context).toEqual({
    directory: '.',
    bytes: 5100,
    files: 2,
    wholeBytes: 5100 + 7000 + 'data\n**/skip\n'.length,
    largest: [
      { path: 'src/big.bin', bytes: 5000 },
      { path: 'src/a.py', bytes: 100 },
    ],
    unwanted: [],
    credentials: [],
    ignoreFile: '.dockerignore',
  });
  expect((await lookAt(folder, 'FROM a\nCOPY *.bin s?c/a.py /')).context).toMatchObject({ bytes: 7100, files: 2 });
  expect((await lookAt(folder, 'FROM a')).context).toMatchObject({ bytes: 0, files: 0, largest: [] });
  expect((await lookAt(folder, 'FROM a\nRUN --mount=target=/x true')).context.bytes).toBe(12_100 + 13);
});

test('files made for credentials are told when they are copied and hold some, with the line', async () => {
  const password = part('Zk3-vT9_qLm2');
  const folder = await makeFolder({
    '.env': `DB_PASSWORD=${password}\n`,
    '.npmrc': 'registry=https://registry.npmjs.org/\n',
    'sub/.netrc': `machine x login y password ${password}\n`,
    '.env.example': `DB_PASSWORD=${password}\n`,
  });
  expect((await lookAt(folder, 'FROM a\nCOPY .npmrc /\nCOPY . /')).context.credentials).toEqual([
    { path: '.env', kind: 'environment file', line: 3 },
    { path: 'sub/.netrc', kind: 'netrc password', line: 3 },
  ]);
  const mounted = 'FROM a\nRUN --mount=type=bind,source=.env,target=/e true\nCOPY sub /';
  expect((await lookAt(folder, mounted)).context.credentials.map(({ path }) => path)).toEqual(['sub/.netrc']);
});

test('unwanted folders and files are named once, with their bytes', async () => {
  const folder = await makeFolder({
    '.git/config': 10,
    '.git/objects/aa': 20,
    'web/node_modules/a/index.js': 5,
    '.env': 1,
    '.env.example': 1,
    '.env.local': 2,
    'env/x': 1,
    id_rsa: 3,
  });
  const { context } = await lookAt(folder, 'FROM a\nCOPY . /');
  expect(context.unwanted.map(({ path, bytes }) => [path, bytes])).toEqual([
    ['.git', 30],
    ['web/node_modules', 5],
    ['id_rsa', 3],
    ['.env.local', 2],
    ['.env', 1],
  ]);
});

test('the ignore file beside the Dockerfile wins, even an empty one; paths are those of the user', async () => {
  const folder = await makeFolder({
    'docker/Dockerfile.api': '',
    'docker/Dockerfile.api.dockerignore': '',
    'web/.dockerignore': 'a\n',
    'web/a': 1,
    'web/b': 1,
  });
  const image = blankImage({ dockerfile: 'docker/Dockerfile.api', context: 'web' });
  const beside = await lookAt(folder, 'FROM a\nCOPY a b /', image);
  expect(beside.context.ignoreFile).toBe('docker/Dockerfile.api.dockerignore');
  expect(beside.missing).toEqual([]);
  const other = await lookAt(folder, 'FROM a\nCOPY a b /', { ...image, dockerfile: 'docker/Dockerfile.web' });
  expect(other.missing).toEqual([
    { source: 'a', line: 2, ignoredBy: { pattern: 'a', place: { file: 'web/.dockerignore', line: 1 } } },
  ]);
});

test('an ignored folder is not entered, and one context is walked once for several images', async () => {
  const folder = await makeFolder({ 'node_modules/a/b': 1, 'src/a': 1, '.dockerignore': 'node_modules\n' });
  const walked: string[] = [];
  let walks = 0;
  const spying: Files = {
    ...files,
    walk: (path, descend) => {
      walks += 1;
      return files.walk(path, (below) => {
        const enters = descend?.(below) ?? true;
        if (enters) walked.push(below);
        return enters;
      });
    },
  };
  const parsed = parseDockerfile('FROM a\nCOPY . /', { args: {} });
  if ('problem' in parsed) throw new Error(parsed.problem);
  const contexts = makeContexts(spying, folder);
  await Promise.all([
    contexts.look(blankImage(), known(parsed)),
    contexts.look(blankImage({ name: 'b' }), known(parsed)),
  ]);
  expect(walked).toEqual(['src']);
  expect(walks).toBe(1);
});

test('an ignore file that the build would refuse leaves both facts undecided, with its line', async () => {
  const folder = await makeFolder({ '.dockerignore': 'ok\n[a\n' });
  const parsed = parseDockerfile('FROM a', { args: {} });
  if ('problem' in parsed) throw new Error(parsed.problem);
  const fact = { state: 'undecided', reason: '.dockerignore:2: `[a` is not a pattern', environment: false };
  expect(await makeContexts(files, folder).look(blankImage(), known(parsed))).toEqual({
    dockerfile: fact,
    context: fact,
  });
});

test('no Dockerfile makes the search for sources throw', () => {
  const part = fc.constantFrom(
    'FROM a',
    '\nCOPY ',
    '\nRUN --mount=',
    'type=bind,',
    'source=',
    ' ',
    '\n',
    '["',
    '"]',
    '$X',
    '*',
    '[',
    '../',
    'x',
    '\nARG X=',
    '\nENV X ',
    '<<E',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
      const parsed = parseDockerfile(`FROM a\n${parts.join('')}`, { args: {} });
      if ('problem' in parsed) return;
      for (const source of findContextSources(parsed, {})) expect(source.path).not.toMatch(/^\/|(?:^|\/)\.\.(?:\/|$)/);
    }),
    { numRuns: 500 },
  );
});
