import { expect, test } from '@jest/globals';
import { secretHistory } from '../../../../src/check/rules/secret/secret.history.ts';
import { blankDescription, layerOf } from '../../../support/blank.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';

const MADE = 'q7Rt2xVb9Lm4Zk8Ws3Yp';

function judge(...lines: readonly string[]) {
  const history = lines.map((instruction) => ({ instruction, empty: false }));
  return checkRule(secretHistory, { image: blankDescription({ history, layers: lines.map((line) => layerOf(line)) }) });
}

test.each([
  ['ARG NPM_TOKEN', `RUN |1 NPM_TOKEN=${MADE} /bin/sh -c npm ci # buildkit`],
  ['ARG NPM_TOKEN', `RUN |2 A=1 NPM_TOKEN=${MADE} /bin/bash -o pipefail -c npm ci # buildkit`],
  [
    'ARG DB_PASSWORD',
    '|1 DB_PASSWORD=two words are not, this-is /bin/sh -c make'.replace('two words are not, this-is', 'weakpass'),
  ],
  ['ARG TOKEN', `ARG TOKEN=${MADE}`],
  ['ENV DB_PASSWORD', `ENV DB_PASSWORD=${MADE}`],
  ['ENV DB_PASSWORD', `/bin/sh -c #(nop)  ENV DB_PASSWORD=${MADE}`],
  ['ENV TOKEN', `ENV TOKEN ${MADE}`],
  ['RUN', `RUN /bin/sh -c mysql --password=${MADE} # buildkit`],
  ['RUN', `RUN /bin/sh -c git clone https://ci:${MADE}@git.internal/x # buildkit`],
  ['RUN', `RUN |1 A=b /bin/sh -c export API_KEY=${MADE} && make # buildkit`],
])('%s of a line is a finding that does not show the secret', (where, line) => {
  const [message = '', ...others] = messagesOf(judge(line));
  expect(others).toEqual([]);
  expect(message).toMatch(`${where} in the history holds a secret`);
  expect(message).not.toContain(MADE);
});

test('an argument that every later RUN repeats is told once', () => {
  const run = (command: string) => `RUN |1 TOKEN=${MADE} /bin/sh -c ${command} # buildkit`;
  expect(messagesOf(judge(`ARG TOKEN=${MADE}`, run('a'), run('b'), run('c')))).toHaveLength(1);
});

test.each([
  'RUN /bin/sh -c apk add libcrypto3=3.1.4 # buildkit',
  'ENV GPG_KEY=A035C8C19219BA821ECEA86B64E628F8D684696D',
  'ENV PYTHON_SHA256=8d3ed8ec5c88c1c95f5e558612a725450d2452813ddad5e58fdb1a53b1209b78',
  'RUN |1 KEYCLOAK_VERSION=24.0.1 /bin/sh -c curl -fsSL https://x/$KEYCLOAK_VERSION # buildkit',
  'RUN --mount=type=secret,id=npm-token /bin/sh -c npm ci # buildkit',
  'RUN /bin/sh -c gpg --batch --keyserver hkps://keys.openpgp.org --recv-keys "$GPG_KEY" # buildkit',
  'RUN /bin/sh -c export TOKEN=$(cat /run/secrets/token) && make # buildkit',
  'COPY . /app # buildkit',
  'CMD ["python3"]',
])('%s is none', (line) => {
  expect(judge(line).status).toBe('passed');
});

test('an image without history is skipped, an empty image passes', () => {
  const missing = checkRule(secretHistory, { image: blankDescription({ layers: [layerOf('')] }) });
  expect(missing.status).toBe('skipped');
  expect(checkRule(secretHistory, { image: blankDescription() }).status).toBe('passed');
});
