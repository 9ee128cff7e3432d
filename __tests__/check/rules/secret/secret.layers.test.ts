import { expect, test } from '@jest/globals';
import { secretLayers } from '../../../../src/check/rules/secret/secret.layers.ts';
import { blankDescription, layerOf } from '../../../support/blank.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { hitOf, secretsOf } from '../../../support/secrets.ts';

const image = blankDescription({
  layers: [
    layerOf('ADD rootfs / # buildkit', 1, true),
    layerOf('COPY . /app # buildkit'),
    layerOf('RUN /bin/sh -c rm /app/key # buildkit'),
  ],
});

test('a secret is named with path, layer and what deletes it, and points to the instruction', () => {
  const judgement = checkRule(secretLayers, { image, secrets: secretsOf([hitOf({ layer: 1, hiddenBy: 2 })]) });
  expect(messagesOf(judgement)).toEqual([
    `/app/key in layer 2 \`COPY . /app\` holds a secret (GitHub token): ghp_********, deleted by layer 3 \`RUN rm /app/key\`: still pullable [${'a'.repeat(64)}]`,
  ]);
  expect(judgement).toMatchObject({
    findings: [{ place: { file: '/app/key', inImage: true }, written: { history: 'COPY . /app # buildkit' } }],
  });
});

test('an allowed fingerprint is none, and those of other rules are theirs', () => {
  const secrets = secretsOf([hitOf(), hitOf({ rule: 'secret.git' })]);
  expect(checkRule(secretLayers, { image, secrets }, undefined, { allow: ['a'.repeat(64)] }).status).toBe('passed');
});

test('a clean image passes and says how much was searched', () => {
  expect(checkRule(secretLayers, { image, secrets: secretsOf([]) })).toEqual({
    status: 'passed',
    seen: '2 layers searched, 1 of the base image not searched',
  });
});

test('more than is kept is undecided, never passed', () => {
  const secrets = { ...secretsOf([hitOf()]), cut: [1] };
  expect(checkRule(secretLayers, { image, secrets }, undefined, { allow: ['a'.repeat(64)] }).status).toBe('undecided');
});
