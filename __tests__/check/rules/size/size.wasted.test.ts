import { expect, test } from '@jest/globals';
import { sizeWasted } from '../../../../src/check/rules/size/size.wasted.ts';
import type { WastedPath } from '../../../../src/model/facts.ts';
import { blankDescription, blankImage, layerOf, wasteOf, writtenImage } from '../../../support/blank.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';

const image = blankDescription({
  layers: [
    layerOf('ADD rootfs.tar / # buildkit', 1, true),
    layerOf('COPY app /app # buildkit'),
    layerOf('RUN /bin/sh -c chown -R app /app # buildkit'),
    layerOf('RUN /bin/sh -c rm -rf /app/tests # buildkit'),
    layerOf('RUN |1 V=1 /bin/sh -c chmod -R g+w /srv # buildkit'),
    layerOf('COPY config.json /app/ # buildkit'),
    layerOf('RUN /bin/sh -c touch /app/x # buildkit'),
  ],
});

function path(name: string, bytes: number, hiddenBy: number, cause: WastedPath['cause'], layer = 1): WastedPath {
  return { path: name, bytes, layer, hiddenBy, cause };
}

function judge(paths: readonly WastedPath[], wasted?: number, settings: unknown = {}) {
  const config = wasted === undefined ? blankImage() : writtenImage(['size.wasted'], { size: { wasted } });
  return checkRule(sizeWasted, { waste: wasteOf(paths), image }, config, settings);
}

test('a chown that copies is named with its instruction and the way out', () => {
  const judgement = judge([path('/app/model.bin', 900_000_000, 2, 'metadata-changed')], 10_000_000);
  expect(judgement).toEqual({
    status: 'failed',
    findings: [
      {
        message:
          '900 MB wasted, 10.0 MB allowed; most: layer 3 `RUN chown -R app /app` copied 900 MB of layer 2 `COPY app /app` ' +
          'to change nothing but owner, mode or time: /app/model.bin 900 MB',
        seen: '900 MB',
        allowed: '10.0 MB',
        place: { file: 'slipway.yml', line: 2, column: 5 },
        remedy: 'Use COPY --chown instead of RUN chown.',
      },
    ],
  });
});

test('the three largest culprits are named, largest first, each with its own remedy', () => {
  const judgement = judge(
    [
      path('/app/tests/a', 10_000_000, 3, 'deleted'),
      path('/srv/a', 60_000_000, 4, 'metadata-changed'),
      path('/app/config.json', 1_000_000, 5, 'overwritten'),
      path('/app/tests/b', 60_000_000, 3, 'deleted'),
      path('/app/x', 500, 6, 'metadata-changed'),
    ],
    0,
  );
  expect(messagesOf(judgement)).toEqual([
    expect.stringContaining(
      'most: layer 4 `RUN rm -rf /app/tests` deleted 70.0 MB of layer 2 `COPY app /app`: /app/tests/b 60.0 MB, /app/tests/a 10.0 MB',
    ),
    expect.stringMatching(/^layer 5 `RUN chmod -R g\+w \/srv` copied 60\.0 MB/),
    expect.stringMatching(/^layer 6 `COPY config\.json \/app\/` replaced 1\.00 MB/),
  ]);
  expect(judgement).toMatchObject({
    findings: [
      { remedy: expect.stringContaining('same RUN') },
      { remedy: 'Use COPY --chmod instead of RUN chmod.' },
      { remedy: expect.stringContaining('once') },
    ],
  });
});

test('what nobody declared is tolerated up to the setting', () => {
  expect(judge([path('/a', 20_000_000, 3, 'deleted')])).toEqual({ status: 'passed', seen: '20.0 MB of 20.0 MB' });
  expect(judge([path('/a', 20_000_001, 3, 'deleted')]).status).toBe('failed');
  expect(judge([path('/a', 20_000_001, 3, 'deleted')], undefined, { allow: '1GB' }).status).toBe('passed');
});

test('a declared budget wins over the setting', () => {
  expect(judge([path('/a', 2, 3, 'deleted')], 1, { allow: '1GB' }).status).toBe('failed');
});

test('a base image that wastes by itself is said to', () => {
  const judgement = judge([path('/usr/lib/x', 5, 0, 'overwritten', 0)], 1);
  expect(judgement).toMatchObject({ findings: [{ remedy: expect.stringContaining('base image') }] });
});

test('many paths of one culprit are counted, and waste without paths still fails', () => {
  const many = [1, 2, 3, 4, 5].map((n) => path(`/f${String(n)}`, n, 6, 'metadata-changed'));
  expect(messagesOf(judge(many, 0))[0]).toMatch(/\/f5 5 B, \/f4 4 B, \/f3 3 B, and 2 more$/);
  const facts = { waste: { totalBodyBytes: 10, wastedBytes: 5, paths: [], groups: [] }, image };
  expect(checkRule(sizeWasted, facts, writtenImage(['size.wasted'], { size: { wasted: 0 } }))).toMatchObject({
    findings: [{ message: '5 B wasted, 0 B allowed' }],
  });
});

test('what is too small to be listed counts, and is counted', () => {
  const paths = [path('/app/a', 7_000, 2, 'metadata-changed')];
  const groups = [
    { layer: 1, hiddenBy: 2, cause: 'metadata-changed' as const, bytes: 900_000_000, files: 30_000 },
    { layer: 0, hiddenBy: 2, cause: 'metadata-changed' as const, bytes: 1_000, files: 2 },
  ];
  const waste = { totalBodyBytes: 2e9, wastedBytes: 900_001_000, paths, groups };
  expect(messagesOf(checkRule(sizeWasted, { waste, image }))[0]).toMatch(
    /layer 3 `RUN chown -R app \/app` copied 900 MB of layer 2 .*: \/app\/a 7\.00 kB, and 30001 more$/,
  );
});

test.each([['20'], [20], ['lots'], [{ allow: 1 }]])('the setting refuses %p', (allow) => {
  expect(sizeWasted.settings.safeParse({ allow }).success).toBe(false);
});
