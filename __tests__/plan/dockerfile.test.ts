import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseDockerfile, type Dockerfile, type DockerfileOptions } from '../../src/plan/dockerfile.ts';
import { readDockerfile } from '../../src/plan/dockerfile-lines.ts';
import { expandWord } from '../../src/plan/dockerfile-words.ts';

function parse(text: string, options: Partial<DockerfileOptions> = {}): Dockerfile {
  const parsed = parseDockerfile(text, { args: {}, ...options });
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed;
}

/** `KEYWORD line-endLine text` of every instruction. */
function outline(text: string): readonly string[] {
  return parse(text).instructions.map(
    ({ keyword, line, endLine, text: words }) => `${keyword} ${String(line)}-${String(endLine)} ${words}`,
  );
}

test.each([
  ['plain', 'FROM a\nRUN b', ['FROM 1-1 a', 'RUN 2-2 b']],
  ['lower case and white space', '  from  a  \n\trun   b  ', ['FROM 1-1 a', 'RUN 2-2 b']],
  ['carriage returns', 'FROM a\r\nRUN b \\\r\n c\r\n', ['FROM 1-1 a', 'RUN 2-3 b  c']],
  ['a byte order mark', '\uFEFFFROM a', ['FROM 1-1 a']],
  [
    'continued over comments and empty lines',
    'FROM a\nRUN b \\\n\n  # no\n  c \\\n# no\n  && d\nUSER e',
    ['FROM 1-1 a', 'RUN 2-7 b   c   && d', 'USER 8-8 e'],
  ],
  ['white space behind the continuation', 'FROM a\nRUN b \\ \t\n c', ['FROM 1-1 a', 'RUN 2-3 b  c']],
  ['a doubled backslash does not continue', 'FROM a\nRUN b \\\\\nRUN c', ['FROM 1-1 a', 'RUN 2-2 b \\\\', 'RUN 3-3 c']],
  ['the last line continues into nothing', 'FROM a\nRUN b \\', ['FROM 1-1 a', 'RUN 2-2 b']],
  ['a keyword that is cut', 'FROM a\nRU\\\nN b', ['FROM 1-1 a', 'RUN 2-3 b']],
  [
    'another escape character',
    '# escape=`\nFROM a\nRUN b `\n # no\n c\nCOPY d\\e f',
    ['FROM 2-2 a', 'RUN 3-5 b  c', 'COPY 6-6 d\\e f'],
  ],
  [
    'directives in any order',
    '# syntax=docker/dockerfile:1\n#escape = `\nFROM a\nRUN b `\nc',
    ['FROM 3-3 a', 'RUN 4-5 b c'],
  ],
  [
    'a directive behind a comment is a comment',
    '# hello\n# escape=`\nFROM a\nRUN b `\nUSER c',
    ['FROM 3-3 a', 'RUN 4-4 b `', 'USER 5-5 c'],
  ],
  ['a here-document', 'FROM a\nRUN <<EOF\nFROM b\n# c \\\nEOF\nUSER d', ['FROM 1-1 a', 'RUN 2-5 <<EOF', 'USER 6-6 d']],
  [
    'two here-documents',
    'FROM a\nCOPY <<-"X" <<Y /d/\n\tA\n\tX\nB\nY\nUSER e',
    ['FROM 1-1 a', 'COPY 2-6 <<-"X" <<Y /d/', 'USER 7-7 e'],
  ],
  ['a quoted << is none', 'FROM a\nRUN echo "<<EOF"\nRUN b', ['FROM 1-1 a', 'RUN 2-2 echo "<<EOF"', 'RUN 3-3 b']],
  ['arithmetic is none', 'FROM a\nRUN echo $((1<<2))\nRUN b', ['FROM 1-1 a', 'RUN 2-2 echo $((1<<2))', 'RUN 3-3 b']],
  [
    'no here-document in the JSON form',
    'FROM a\nRUN ["cat", "<<EOF"]\nRUN b',
    ['FROM 1-1 a', 'RUN 2-2 ["cat", "<<EOF"]', 'RUN 3-3 b'],
  ],
  ['no here-document elsewhere', 'FROM a\nLABEL b=<<EOF\nRUN c', ['FROM 1-1 a', 'LABEL 2-2 b=<<EOF', 'RUN 3-3 c']],
  [
    'ONBUILD',
    'FROM a\nONBUILD RUN <<EOF\nx\nEOF\nONBUILD COPY b c',
    ['FROM 1-1 a', 'ONBUILD 2-4 RUN <<EOF', 'ONBUILD 5-5 COPY b c'],
  ],
  ['an instruction nobody knows', 'FROM a\nNONSENSE b', ['FROM 1-1 a', 'NONSENSE 2-2 b']],
])('read: %s', (_, text, expected) => {
  expect(outline(text)).toEqual(expected);
});

test.each([
  ['nothing', '', 'there is no FROM'],
  ['no FROM', 'RUN a', 'there is no FROM'],
  ['an open here-document', 'FROM a\nRUN <<EOF\nx', 'the here-document EOF is not terminated'],
  ['a wrong escape character', '# escape=x\nFROM a', '`x` is no escape character'],
  ['a directive twice', '# escape=`\n# escape=`\nFROM a', 'only one escape directive can be used'],
])('refused: %s', (_, text, problem) => {
  expect(parseDockerfile(text, { args: {} })).toMatchObject({ problem });
});

test('each piece of a continued instruction keeps its line, bodies keep theirs', () => {
  const [, run, here] = parse('FROM a\nRUN b \\\n  # no\n  c\nRUN <<EOF\nd\ne\nEOF').instructions;
  expect(run?.lines).toEqual([
    { line: 2, text: 'b ' },
    { line: 4, text: '  c' },
  ]);
  expect(here?.heredocs).toEqual([
    {
      name: 'EOF',
      lines: [
        { line: 6, text: 'd' },
        { line: 7, text: 'e' },
      ],
    },
  ]);
});

test.each([
  ['as written', 'FROM python:3.11-slim', {}, 'python:3.11-slim'],
  ['a default', 'ARG V=3.11\nFROM python:${V}-slim', {}, 'python:3.11-slim'],
  ['the image’s own value', 'ARG V=3.11\nFROM python:$V', { args: { V: '3.12' } }, 'python:3.12'],
  ['a default of a default', 'ARG A=1\nARG B=x${A}\nFROM c:$B', {}, 'c:x1'],
  ['an operator', 'ARG V\nFROM c:${V:-7}', {}, 'c:7'],
  ['a nested operator', 'ARG V\nARG W=8\nFROM c:${V:-${W}}', {}, 'c:8'],
  ['quotes', 'ARG V="3.11"\nFROM c:$V', {}, 'c:3.11'],
  ['an undeclared argument is not filled in', 'FROM c:${V:-7}', { args: { V: '8' } }, 'c:7'],
  ['an argument called like a property', 'ARG constructor=1\nFROM c:$constructor', {}, 'c:1'],
  ['a platform', 'FROM c:$TARGETARCH', { platformArgs: { TARGETARCH: 'arm64' } }, 'c:arm64'],
  ['a platform nobody knows', 'FROM c:$TARGETARCH', {}, undefined],
  ['scratch', 'FROM scratch', {}, undefined],
  ['a digest', `FROM c@sha256:${'0'.repeat(64)}`, {}, `c@sha256:${'0'.repeat(64)}`],
])('the base: %s', (_, text, options, reference) => {
  expect(parse(text, options).stages[0]?.reference).toBe(reference);
});

test('platform, name and parent of stages', () => {
  const { stages, parents } = parse(
    'ARG BASE=Build\nFROM --platform=$BUILDPLATFORM golang:1 AS Build\nFROM $BASE as test\nFROM --platform=linux/arm64 alpine',
    { platformArgs: { BUILDPLATFORM: 'linux/amd64' } },
  );
  expect(stages.map(({ name, platform, reference }) => [name, platform, reference])).toEqual([
    ['build', 'linux/amd64', 'golang:1'],
    ['test', undefined, undefined],
    [undefined, 'linux/arm64', 'alpine'],
  ]);
  expect(parents).toEqual([undefined, 0, undefined]);
});

const STAGES = `FROM a AS one
FROM b AS two
COPY --from=one /x /y
FROM c AS unused
FROM two AS three
RUN --mount=type=bind,from=3,target=/m true
FROM d AS four
COPY --from=0 /x /y
`;
test.each([
  [undefined, ['one', 'four']],
  ['three', ['one', 'two', 'three']],
  ['TWO', ['one', 'two']],
  ['2', ['unused']],
])('stages that target %s needs', (target, names) => {
  const { stages } = parse(STAGES, target === undefined ? {} : { target });
  expect(stages.filter((stage) => stage.reachable).map((stage) => stage.name)).toEqual(names);
});

test('a target that is no stage is refused with the stages there are', () => {
  expect(parseDockerfile(STAGES, { args: {}, target: 'prod' })).toEqual({
    problem: 'there is no stage `prod` (stages: one, two, unused, three, four)',
  });
});

const values = new Map<string, string | null>([
  ['A', 'a'],
  ['E', ''],
  ['N', null],
]);
test.each([
  ['$A', 'a'],
  ['${A}b', 'ab'],
  ["'$A'", '$A'],
  ['"$A"', 'a'],
  ['\\$A', '$A'],
  ['"\\$A\\n"', '$A\\n'],
  ['${N-x}${E-y}', 'x'],
  ['${N:-x}${E:-y}', 'xy'],
  ['${A:+x}${E:+y}${N+z}', 'x'],
  ['$', '$'],
  ['a$ b', 'a$ b'],
  ['$U', undefined],
  ['${A#x}', undefined],
  ['${A', undefined],
])('%s expands to %s', (word, expected) => {
  expect(expandWord(word, (name) => values.get(name))).toBe(expected);
});

const fragment = fc.constantFrom(
  'FROM a',
  'RUN',
  'COPY',
  ' ',
  '\n',
  '\\\n',
  '#',
  '<<EOF',
  '<<',
  'EOF',
  '"',
  "'",
  '$',
  '${',
  '}',
  '[',
  '# escape=`',
  '--from=',
  '--mount=',
  'AS',
  'x',
  'ARG V=',
  ':-',
  '\r',
  '\t',
);

test('no text makes the reader throw', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(fragment, { maxLength: 60 }).map((parts) => parts.join('')),
        fc.string(),
      ),
      (text) => {
        parseDockerfile(text, { args: {} });
        parseDockerfile(`FROM a\n${text}`, { args: { V: text } });
      },
    ),
    { numRuns: 1000 },
  );
});

test('lines are those of the text, in order, and no instruction is read twice', () => {
  fc.assert(
    fc.property(fc.array(fragment, { maxLength: 40 }), (parts) => {
      const text = `FROM a\n${parts.join('')}`;
      const reading = readDockerfile(text);
      if ('problem' in reading) return;
      let before = 0;
      for (const { line, endLine, lines } of reading.instructions) {
        expect(line).toBeGreaterThan(before);
        expect(endLine).toBeGreaterThanOrEqual(line);
        expect(lines.every((piece) => piece.line >= line && piece.line <= endLine)).toBe(true);
        before = endLine;
      }
      expect(before).toBeLessThanOrEqual(text.split('\n').length);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['continued lines', `FROM a\nRUN ${'a \\\n'.repeat(60_000)}b`],
  ['white space', `FROM a\nRUN ${' '.repeat(250_000)}\\x`],
  ['backslashes', `FROM a\nRUN ${'\\ '.repeat(120_000)}`],
  ['variables', `FROM a:${'${A:-'.repeat(50_000)}`],
  ['assignments', `FROM a\n${'ARG A=$A\n'.repeat(20_000)}`],
  ['flags', `FROM a\nCOPY ${'--a '.repeat(60_000)}`],
])('a quarter of a megabyte of %s is read at once', (_, text) => {
  const started = performance.now();
  parseDockerfile(text, { args: {} });
  expect(performance.now() - started).toBeLessThan(2000);
});
