import { readFileSync } from 'node:fs';
import { readShellCommands } from '../../src/check/shell-commands.ts';
import { ruleTable } from '../../src/check/rules/index.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { parseConfigBlob } from '../../src/image/config-blob.ts';
import { DamagedContent } from '../../src/image/damage.ts';
import { parseIndex, parseManifest } from '../../src/image/manifest.ts';
import { digestOf } from '../../src/model/digest.ts';
import { Fault } from '../../src/model/fault.ts';
import { parseDockerfile } from '../../src/plan/dockerfile.ts';
import { parseIgnoreFile } from '../../src/plan/dockerignore.ts';
import { type FuzzTarget, mustHold } from './target.ts';

const read = (path: string): Buffer => readFileSync(new URL(`../../${path}`, import.meta.url));
const text = (...lines: readonly string[]): Buffer => Buffer.from(lines.join('\n'));
const ZERO = `sha256:${'0'.repeat(64)}`;
const descriptor = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: ZERO, size: 1 };

/** Where a thrown error is the reader's own, its words; anything else is a defect. */
function outcomeOf(work: () => string): string {
  try {
    return work();
  } catch (error) {
    if (error instanceof DamagedContent || error instanceof Fault) {
      const all = [error.message, ...error.complaints.map(({ message }) => message)];
      return all
        .map((message) => message.replaceAll(/[`"'][^`"']*[`"']|\d+/g, '_').slice(0, 60))
        .join('; ')
        .slice(0, 200);
    }
    throw error;
  }
}

function readImageJson(input: Buffer): string {
  const digest = digestOf(input);
  return [
    () => {
      const { config, diffIds, history } = parseConfigBlob(input, digest);
      mustHold(
        [...config.env, ...config.command].every((word) => typeof word === 'string'),
        'a word is no text',
      );
      return `config ${String(diffIds.length)} ${String(history.length)} ${config.healthcheck === undefined ? '' : 'health'}`;
    },
    () => `index ${String(parseIndex(input, digest).manifests.length)}`,
    () => `manifest ${String(parseManifest(input, digest).layers.length)}`,
  ]
    .map(outcomeOf)
    .join(' | ');
}

/** What image config, manifest and index readers and the reader of slipway.yml make of any bytes. */
export const configTarget: FuzzTarget = {
  name: 'config',
  seeds: () => [
    Buffer.from(
      JSON.stringify({
        os: 'linux',
        architecture: 'amd64',
        config: { User: '0', Env: ['A=b'], Healthcheck: { Test: ['CMD', 'x'], Interval: 1 }, Labels: null },
        rootfs: { type: 'layers', diff_ids: [ZERO] },
        history: [{ created_by: 'RUN x', empty_layer: true }, null],
      }),
    ),
    Buffer.from(JSON.stringify({ schemaVersion: 2, config: descriptor, layers: [descriptor] })),
    Buffer.from(JSON.stringify({ manifests: [{ ...descriptor, platform: { os: 'linux', architecture: 'arm64' } }] })),
    read('docker/haystack/slipway.yml'),
    text(
      'images:',
      '  a: &x { dockerfile: D, size: 1GB, http: [{ get: / }] }',
      '  b: { extends: a, <<: *x }',
      'rules: { base.latest: off }',
    ),
    text(
      'waivers: [{ rule: user.config, reason: r, expires: 2030-01-01 }]',
      'tags: { branch: "{branch}" }',
      'images: {}',
    ),
  ],
  words: [
    'null',
    '{}',
    '[]',
    '"',
    ': ',
    '&a ',
    '*a',
    '<<: *a',
    '!!js',
    '\t',
    '\n  ',
    'extends: a',
    '__proto__: 1',
    '1e999',
    '"\\ud800"',
    ZERO,
    'size: ',
    '${X}',
    '- ',
  ],
  run: (input) => {
    const config = outcomeOf(() => {
      const options = { file: 'slipway.yml', directory: '/none', rules: ruleTable() };
      return `images ${String(parseConfig(input.toString('utf8'), options).images.length)}`;
    });
    return `${readImageJson(input)} | ${config}`;
  },
};

/** The Dockerfile, ignore file and shell readers: they never throw, and what they say stands on the lines they name. */
export const dockerfileTarget: FuzzTarget = {
  name: 'dockerfile',
  seeds: () => [
    read('__tests__/fixtures/documents/demeter/Dockerfile'),
    read('__tests__/fixtures/documents/demeter/Dockerfile.gpu'),
    read('docker/haystack/docker/Dockerfile.api'),
    text('# escape=`', 'ARG V=1', 'FROM --platform=$TARGETPLATFORM a:${V:-x} AS b', 'RUN x `', ' y', 'FROM b'),
    text(
      'FROM a',
      'RUN <<EOF sh',
      'a >=1 | b',
      'EOF',
      'COPY --from=0 <<A <<-B /x/',
      '1',
      'A',
      '\t2',
      '\tB',
      'ONBUILD ADD a b',
    ),
    text(
      'FROM a',
      'RUN --mount=type=secret,id=x,target=/y pip install "a>=1" b>2 # c',
      'HEALTHCHECK --interval=1s CMD ["a", "b\\""]',
    ),
    text('*', '!a/**/b', '# c', '[a-z]?\\*', '/..', '!'),
  ],
  words: [
    'FROM ',
    'RUN ',
    'COPY ',
    'ARG A=$A\n',
    '<<EOF\n',
    '\nEOF\n',
    '\\\n',
    '`\n',
    '${A:-${A}}',
    '"',
    "'",
    '["',
    '"]',
    '# escape=`\n',
    '--mount=',
    '**/',
    '!',
    '[',
    '\r\n',
    '\uFEFF',
    '$(',
    ' AS x',
    '--from=x',
  ],
  run: (input) => {
    const source = input.toString('utf8');
    const ignore = parseIgnoreFile(source);
    const parsed = parseDockerfile(source, { args: { A: 'x' } });
    const ignored = 'problem' in ignore ? ignore.problem.replaceAll(/"[^"]*"/g, '_') : 'ignore';
    if ('problem' in parsed)
      return `${parsed.problem.replaceAll(/`[^`]*`|"[^"]*"|\d+/g, '_').slice(0, 80)} | ${ignored}`;
    const lines = source.split('\n').length;
    for (const instruction of parsed.instructions) {
      const { line, endLine } = instruction;
      mustHold(
        line >= 1 && endLine >= line && endLine <= lines,
        `an instruction on lines ${String(line)}-${String(endLine)}`,
      );
      for (const { words } of readShellCommands(instruction)) {
        mustHold(
          words.every((word) => word.line >= line && word.line <= endLine),
          'a shell word is on another line',
        );
      }
    }
    const keywords = parsed.instructions.map(
      ({ keyword, heredocs }) => `${keyword.slice(0, 9)}${heredocs.length > 0 ? '<' : ''}`,
    );
    return `${keywords.slice(0, 8).join(' ')} ${String(parsed.stages.length)} | ${ignored}`;
  },
};
