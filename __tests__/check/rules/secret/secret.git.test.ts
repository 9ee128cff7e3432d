import { expect, test } from '@jest/globals';
import { secretGit } from '../../../../src/check/rules/secret/secret.git.ts';
import { blankDescription, layerOf } from '../../../support/blank.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { hitOf, secretsOf } from '../../../support/secrets.ts';

const image = blankDescription({ layers: [layerOf('ADD rootfs /'), layerOf('COPY . /app # buildkit')] });

test('a file with a credential fails', () => {
  const hit = hitOf({ rule: 'secret.git', kind: 'git credential', path: '/app/.git/config', masked: '********' });
  expect(messagesOf(checkRule(secretGit, { image, secrets: secretsOf([hit]) }))).toEqual([
    expect.stringContaining('/app/.git/config in layer 2 `COPY . /app` holds a secret (git credential): ********'),
  ]);
});

test('findings of other rules are not this one’s', () => {
  expect(checkRule(secretGit, { image, secrets: secretsOf([hitOf()]) }).status).toBe('passed');
});
