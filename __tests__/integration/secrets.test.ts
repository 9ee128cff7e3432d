import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { makeRandom, ALNUM } from '../../script/secrets.d/random.ts';
import { part } from '../../script/secrets.d/sample.ts';
import type { RunRecord } from '../../src/model/record.ts';
import { makeRepository, type Repository, runCli } from '../support/dist.ts';
import { findProgram, type RealRegistry, startDockerRegistry } from '../support/docker-registry.ts';
import { removeImageNames } from '../support/running.ts';

const MINUTES = 6 * 60_000;
const program = findProgram('docker-registry');
const random = makeRandom(randomBytes(4).readUInt32LE());
const github = `gh${part('p')}_${random.text(ALNUM, 36)}`;
const stripe = `sk_${part('live')}_${random.text(ALNUM, 24)}`;
const weak = `tuna-${random.text(ALNUM, 9)}`;
const password = `P${random.text(ALNUM, 14)}-7`;
// The engine would take steps from its cache, with the values of an earlier run.
const nonce = randomBytes(6).toString('hex');
const privateKey = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** Every careless way at once: an argument, a variable, copied files that a later step deletes, an encoded build secret. */
const LEAKY = `FROM python:3.11-slim AS source
ARG GIT_PASSWORD
RUN test -n "$GIT_PASSWORD"
FROM python:3.11-slim
ARG NPM_TOKEN
RUN test -n "$NPM_TOKEN"
ENV STRIPE_API_KEY=${stripe}
COPY tree /app
RUN --mount=type=secret,id=db : ${nonce} && base64 -w0 /run/secrets/db > /app/settings.b64
RUN rm -rf /app/key.pem /app/.env /app/.git
COPY --from=source /etc/passwd /app/accounts
CMD ["python", "--version"]
`;
/** The same image, with every secret mounted where it is used. */
const REPAIRED = `FROM python:3.11-slim AS source
RUN --mount=type=secret,id=git test -s /run/secrets/git
FROM python:3.11-slim
COPY tree/main.py /app/main.py
RUN --mount=type=secret,id=db --mount=type=secret,id=npm,target=/root/.npmrc test -s /root/.npmrc && test -s /run/secrets/db
COPY --from=source /etc/passwd /app/accounts
CMD ["python", "--version"]
`;
/** Nothing of it is in the image: it stands in what the step prints, and in a stage that only the cache keeps. */
const SPILLING = `FROM python:3.11-slim AS build
RUN --mount=type=secret,id=db : ${nonce} && cp /run/secrets/db /spilled && echo "using $(cat /run/secrets/db)"
FROM python:3.11-slim
COPY --from=build /etc/passwd /app/accounts
CMD ["python", "--version"]
`;
const CACHED = `FROM python:3.11-slim AS build
COPY tree/.env /app/.env
FROM python:3.11-slim
COPY --from=build /etc/passwd /app/accounts
CMD ["python", "--version"]
`;

function config(host: string): string {
  const job = (name: string, rest: string): string =>
    `  ${name}: { dockerfile: Dockerfile.${name}, kind: job, user: root${rest} }\n`;
  return `registry: ${host}/secrets
cache: registry
images:
${job('leaky', `, provenance: max, secrets: { db: env.DB }, args: { GIT_PASSWORD: ${weak}, NPM_TOKEN: ${github} }`)}${job('repaired', ', provenance: max, secrets: { db: env.DB, git: env.GIT, npm: env.NPM }')}${job('spilling', ', secrets: { db: env.DB }')}${job('cached', '')}`;
}

/** Statuses of the secret rules, and their messages. */
function judged(record: RunRecord, name: string): Readonly<Record<string, string>> {
  const outcomes = record.images.find((image) => image.name === name)?.outcomes ?? [];
  const secret = outcomes.filter(({ rule }) => rule.startsWith('secret.'));
  return Object.fromEntries(secret.map(({ rule, status }) => [rule, status]));
}

function messages(record: RunRecord, name: string): string {
  const outcomes = record.images.find((image) => image.name === name)?.outcomes ?? [];
  return outcomes
    .flatMap(({ rule, findings }) => findings.map(({ message }) => `${rule}: ${message}`))
    .filter((line) => line.startsWith('secret.'))
    .join('\n');
}

let project: Repository;
let registry: RealRegistry;
beforeEach(async () => {
  if (program === undefined) return;
  registry = await startDockerRegistry(program);
  project = await makeRepository({ 'slipway.yml': config(registry.host) });
  const header = Buffer.from(`x-access-token:${github}`).toString('base64');
  await project.write({
    'Dockerfile.leaky': LEAKY,
    'Dockerfile.repaired': REPAIRED,
    'Dockerfile.spilling': SPILLING,
    'Dockerfile.cached': CACHED,
    'tree/main.py': 'print("hello")\n',
    'tree/key.pem': privateKey,
    'tree/.env': `DB_HOST=db\nDB_PASSWORD=${password}\n`,
    'tree/.git/config': `[http "https://github.com/"]\n\textraheader = AUTHORIZATION: basic ${header}\n`,
  });
});
afterEach(async () => {
  if (program === undefined) return;
  await registry.stop();
  await removeImageNames(project);
  await project.remove();
});

(program === undefined ? describe.skip : describe)('secrets in real images', () => {
  test(
    'every way of leaking fails its rule, the repaired twin passes all, and no secret is printed',
    async () => {
      const env = { DB: `db-${randomBytes(9).toString('hex')}`, GIT: password, NPM: `//r/:_authToken=${password}` };
      const { exitCode, stdout, stderr } = await runCli(project, ['check', '--no-containers'], env);
      const record = await project.record();
      expect(exitCode).toBe(1);
      expect(judged(record, 'leaky')).toEqual({
        'secret.cache': 'passed',
        'secret.config': 'failed',
        'secret.history': 'failed',
        'secret.layers': 'failed',
        'secret.files': 'failed',
        'secret.git': 'failed',
        'secret.provenance': 'failed',
        'secret.known-values': 'failed',
      });
      const told = messages(record, 'leaky');
      expect(told).toMatch(/secret\.config: ENV STRIPE_API_KEY holds a secret/);
      expect(told).toMatch(/secret\.history: ARG NPM_TOKEN in the history/);
      expect(told).toMatch(/secret\.layers: \/app\/key\.pem in layer \d+ .*deleted by layer \d+ .*: still pullable/);
      expect(told).toMatch(/secret\.files: \/app\/\.env in layer \d+ .*deleted by layer/);
      expect(told).toMatch(/secret\.git: \/app\/\.git\/config in layer/);
      expect(told).toMatch(/secret\.provenance: (?:build argument GIT_PASSWORD in its provenance|.*GIT_PASSWORD)/);
      expect(told).toMatch(/secret\.known-values: the value of build secret db stands in \/app\/settings\.b64/);
      const { 'secret.cache': cache, ...others } = judged(record, 'repaired');
      expect(cache).toBe('passed');
      expect(new Set(Object.values(others))).toEqual(new Set(['passed']));
      expect(judged(record, 'spilling')).toMatchObject({ 'secret.known-values': 'failed', 'secret.layers': 'passed' });
      const spilled = messages(record, 'spilling');
      expect(spilled).toMatch(/build secret db stands in the build log of \[build 2\/2\] RUN/);
      expect(spilled).toMatch(/build secret db stands in the exported cache .*\/secrets\/spilling:buildcache-main/);
      expect(judged(record, 'cached')).toEqual({ 'secret.cache': 'failed' });
      expect(messages(record, 'cached')).toMatch(/tree\/\.env is copied and holds a secret \(environment file\)/);
      const printed = [stdout, stderr, JSON.stringify(record)].join('\n');
      for (const secret of [github, stripe, weak, password, ...Object.values(env)]) {
        expect(printed.includes(secret)).toBe(false);
      }
    },
    MINUTES,
  );
});
