import { expect, test } from '@jest/globals';
import { composeSecretLiteral } from '../../../../src/check/rules/compose/compose.secret-literal.ts';
import { judgeCompose, linesOf } from '../../../support/compose.ts';

const judge = async (service: string, settings: unknown = {}): Promise<readonly string[]> =>
  linesOf(await judgeCompose(composeSecretLiteral, `services:\n  db:\n    image: postgres:15\n${service}`, settings));

// What the five documents write; none of it is a secret of anybody.
const WEAK = ['dev', 'password'].join('');

test.each([
  [`    environment:\n      POSTGRES_PASSWORD: ${WEAK}`, 5, 'POSTGRES_PASSWORD is a literal (11 characters'],
  [`    environment:\n      - A=1\n      - POSTGRES_PASSWORD=${WEAK}`, 6, 'POSTGRES_PASSWORD is a literal'],
  [`    environment:\n      PGPASSWORD: ${WEAK}`, 5, 'PGPASSWORD is a literal'],
  ['    environment:\n      POSTGRES_PASSWORD: 12345', 5, 'POSTGRES_PASSWORD is a literal (5 characters'],
  [`    environment:\n      POSTGRES_PASSWORD: \${PW:-${WEAK}}`, 5, 'has a literal default (11 characters'],
  [`    environment:\n      POSTGRES_PASSWORD: \${A:-\${B:-${WEAK}}}`, 5, 'has a literal default'],
  [`    environment:\n      SECRET_KEY: ${WEAK}`, 5, 'SECRET_KEY is a literal'],
  [`    environment:\n      jwtSecret: ${WEAK}`, 5, 'jwtSecret is a literal'],
  [
    `    environment:\n      URL: postgresql://u:${WEAK}@db/app`,
    5,
    'URL (the password of a postgresql:// URL) is a literal',
  ],
  [`    environment:\n      URL: \${URL:-redis://:${WEAK}@cache:6379}`, 5, 'redis:// URL) has a literal default'],
  [`    environment:\n      URL: redis://:\${P:-${WEAK}}@cache:6379`, 5, 'redis:// URL) has a literal default'],
  [`    command: redis-server --appendonly yes --requirepass ${WEAK}`, 4, '--requirepass in the command is a literal'],
  [`    command:\n      - redis-server\n      - --requirepass\n      - ${WEAK}`, 6, '--requirepass in the command'],
  [`    command: ["sh", "-c", "exec redis-server --requirepass \${P:-${WEAK}}"]`, 4, 'has a literal default'],
  [`    healthcheck:\n      test: redis-cli -a ${WEAK} ping`, 5, 'redis-cli -a in the healthcheck is a literal'],
  [`    healthcheck:\n      test: [CMD, mysqladmin, ping, -p${WEAK}]`, 5, 'mysqladmin -p in the healthcheck'],
  [
    `    build:\n      context: .\n      args:\n        NPM_TOKEN: ${WEAK}`,
    7,
    'the build argument NPM_TOKEN is a literal',
  ],
  [`    labels:\n      traefik.auth.password: ${WEAK}`, 5, 'the label traefik.auth.password is a literal'],
])('%j is found at line %d', async (service, line, words) => {
  const [found, ...others] = await judge(service);
  expect(others).toEqual([]);
  expect(found).toMatch(new RegExp(`^docker-compose.yml:${String(line)}:\\d+ db: `));
  expect(found).toContain(words);
  expect(found).not.toContain(WEAK);
});

test.each([
  '    environment:\n      POSTGRES_PASSWORD: ${PW}',
  '    environment:\n      POSTGRES_PASSWORD: $PW',
  '    environment:\n      POSTGRES_PASSWORD: ${PW-}',
  '    environment:\n      POSTGRES_PASSWORD: ${PW:-}',
  '    environment:\n      URL: postgresql://u:${PW}@db/app',
  '    environment:\n      URL: postgresql://u@db/app',
  '    environment:\n      POSTGRES_PASSWORD_FILE: /run/secrets/db',
  '    environment:\n      POSTGRES_PASSWORD: /run/secrets/db',
  '    environment:\n      POSTGRES_PASSWORD:',
  '    environment: [POSTGRES_PASSWORD]',
  '    environment:\n      POSTGRES_HOST_AUTH_METHOD: trust',
  '    environment:\n      ALLOW_EMPTY_PASSWORD: "yes"',
  '    environment:\n      MAX_TOKENS: 4096',
  '    environment:\n      TOKENIZERS_PARALLELISM: "false"',
  '    environment:\n      ACCESS_TOKEN_EXPIRE_MINUTES: 30',
  '    environment:\n      KEYCLOAK_VERSION: "24.0"',
  '    environment:\n      GPG_KEY: A035C8C19219BA821ECEA86B64E628F8D684696D',
  '    environment:\n      NEXT_PUBLIC_API_KEY: pk_test',
  '    environment:\n      CHROMA_SERVER_AUTH_CREDENTIALS_PROVIDER: chromadb.auth.Provider',
  '    environment:\n      OPENAI_API_KEY: your-key-here',
  '    environment:\n      SECRET_BACKEND: http://vault:8200',
  '    command: redis-server --requirepass ${PW}',
  '    command: redis-server --requirepass $$PW_FROM_SHELL',
  '    command: ["--password-file", "/run/secrets/pw"]',
  '    healthcheck:\n      test: ["CMD", "redis-cli", "-a", "${PW}", "ping"]',
  '    environment:\n      NOTE: "see http://host:8080/@scope"',
])('%j passes', async (service) => {
  expect(await judge(service)).toEqual([]);
});

test('the value that wins counts: an override with a variable repairs the literal of the base', async () => {
  const text = `services:\n  db:\n    image: a:1\n    environment: { PGPASSWORD: ${WEAK} }\n`;
  const { composeOf } = await import('../../../support/compose.ts');
  const files = { 'prod.yml': 'services:\n  db:\n    environment: { PGPASSWORD: "${PW}" }\n' };
  const compose = await composeOf(text, files, { files: ['docker-compose.yml', 'prod.yml'] });
  expect(composeSecretLiteral.check({ compose }, { settings: { allow: [] } })).toEqual({ status: 'passed' });
});

test('anchors, merge keys, extends and include lead to the line that holds the value', async () => {
  const text = [
    'x-env: &env',
    `  PGPASSWORD: ${WEAK}`,
    'include: [more.yml]',
    'services:',
    '  a: { image: "a:1", environment: { <<: *env } }',
    '  b: { image: "a:1", environment: *env }',
    '  c: { extends: { file: base.yml, service: base } }',
  ].join('\n');
  const judgement = await judgeCompose(
    composeSecretLiteral,
    text,
    {},
    {
      'base.yml': `services:\n  base:\n    image: a:1\n    environment:\n      - PGPASSWORD=${WEAK}\n`,
      'more.yml': `services:\n  d:\n    image: a:1\n    environment:\n      PGPASSWORD: ${WEAK}\n`,
    },
  );
  expect(linesOf(judgement).map((line) => line.split(':').slice(0, 2).join(':'))).toEqual([
    'docker-compose.yml:2',
    'docker-compose.yml:2',
    'base.yml:5',
    'more.yml:5',
  ]);
});

test('what is allowed by name passes', async () => {
  const service = `    environment:\n      PGPASSWORD: ${WEAK}\n      OTHER_PASSWORD: ${WEAK}`;
  expect(await judge(service, { allow: ['PGPASSWORD'] })).toEqual([expect.stringContaining('OTHER_PASSWORD')]);
});
