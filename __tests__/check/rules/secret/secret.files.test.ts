import { expect, test } from '@jest/globals';
import { secretFiles } from '../../../../src/check/rules/secret/secret.files.ts';
import { blankDescription, layerOf } from '../../../support/blank.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { hitOf, secretsOf } from '../../../support/secrets.ts';

const image = blankDescription({ layers: [layerOf('ADD rootfs /'), layerOf('COPY . /app # buildkit')] });

test('a file with a credential fails', () => {
  const hit = hitOf({ rule: 'secret.files', kind: 'environment file', path: '/app/.env', masked: '********' });
  expect(messagesOf(checkRule(secretFiles, { image, secrets: secretsOf([hit]) }))).toEqual([
    expect.stringContaining('/app/.env in layer 2 `COPY . /app` holds a secret (environment file): ********'),
  ]);
});

test('findings of other rules are not this one’s', () => {
  expect(checkRule(secretFiles, { image, secrets: secretsOf([hitOf()]) }).status).toBe('passed');
});
