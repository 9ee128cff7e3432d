import { expect, test } from '@jest/globals';
import { part } from '../../../../script/secrets.d/sample.ts';
import { secretConfig } from '../../../../src/check/rules/secret/secret.config.ts';
import type { ImageRuntimeConfig } from '../../../../src/model/image.ts';
import { blankDescription, blankRuntime } from '../../../support/blank.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';

const MADE = 'q7Rt2xVb9Lm4Zk8Ws3Yp';
const TOKEN = `gh${part('p')}_${part('aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6')}`;

function judge(config: Partial<ImageRuntimeConfig>, allow: readonly string[] = []) {
  return checkRule(secretConfig, { image: blankDescription({ config: blankRuntime(config) }) }, undefined, { allow });
}

test.each<[string, Partial<ImageRuntimeConfig>]>([
  ['ENV API_TOKEN', { env: [`API_TOKEN=${MADE}`] }],
  ['ENV POSTGRES_PASSWORD', { env: ['POSTGRES_PASSWORD=postgres'] }],
  ['ENV DATABASE_URL', { env: ['DATABASE_URL=postgresql://app:app@db/app'] }],
  ['ENV CELERY_BROKER', { env: ['CELERY_BROKER=redis://:devpassword@redis:6379/0'] }],
  ['ENV X', { env: [`X=${TOKEN}`] }],
  ['LABEL deploy', { labels: { deploy: TOKEN } }],
  ['CMD', { command: ['redis-server', '--requirepass', 'hunter2secret'] }],
  ['ENTRYPOINT', { entrypoint: ['/app', `--api-key=${MADE}`] }],
  [
    'HEALTHCHECK',
    {
      healthcheck: {
        test: ['CMD-SHELL', `curl http://u:${MADE}@localhost/`],
        interval: 1,
        timeout: 1,
        startPeriod: 0,
        startInterval: 1,
        retries: 3,
      },
    },
  ],
  ['ONBUILD', { onBuild: [`ENV TOKEN=${MADE}`] }],
])('%s is a finding that does not show the secret', (where, config) => {
  const [message = '', ...others] = messagesOf(judge(config));
  expect(others).toEqual([]);
  expect(message).toMatch(`${where} holds a secret`);
  expect(message).not.toContain(MADE);
  expect(message).not.toContain(TOKEN);
});

test.each([
  'GPG_KEY=A035C8C19219BA821ECEA86B64E628F8D684696D',
  'PYTHON_SHA256=8d3ed8ec5c88c1c95f5e558612a725450d2452813ddad5e58fdb1a53b1209b78',
  'TOKENIZERS_PARALLELISM=false',
  'KEYCLOAK_VERSION=24.0.1',
  'POSTGRES_PASSWORD_FILE=/run/secrets/db',
  'SECRET_PATH=/vault/x',
  'API_KEY=',
  'API_KEY=${API_KEY}',
  'DB_PASSWORD=changeme',
  'TOKEN_URL=https://auth.internal/token',
  'PASSWORD_RESET_ENABLED=true',
  'PWD=/app',
  'MAX_TOKENS=4096',
  'NEXT_PUBLIC_API_KEY=abc123def456ghi789',
  'DATABASE_URL=postgresql://db:5432/app',
  'DATABASE_URL=postgresql://${USER}:${PASSWORD}@db/app',
  'NVIDIA_REQUIRE_CUDA=cuda>=12.4 brand=tesla,driver>=470,driver<471',
  'YARN_VERSION=1.22.22',
  'SSH_AUTH_SOCK=/tmp/agent.sock',
  'PIP_KEYRING_PROVIDER=disabled',
])('%s is none', (entry) => {
  expect(judge({ env: [entry] }).status).toBe('passed');
});

test('an allowed fingerprint is no finding', () => {
  const [message = ''] = messagesOf(judge({ env: [`API_TOKEN=${MADE}`] }));
  const fingerprint = /\[([0-9a-f]{64})\]/.exec(message)?.[1] ?? '';
  expect(judge({ env: [`API_TOKEN=${MADE}`] }, [fingerprint]).status).toBe('passed');
});
