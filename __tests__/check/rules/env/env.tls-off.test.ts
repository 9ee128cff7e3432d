import { expect, test } from '@jest/globals';
import { envTlsOff } from '../../../../src/check/rules/env/env.tls-off.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { blankDescription, blankRuntime, layerOf } from '../../../support/blank.ts';

function judge(env: readonly string[], instruction = 'COPY x /x', base = false) {
  const layers = [layerOf(instruction, 10, base)];
  return checkRule(envTlsOff, { image: blankDescription({ layers, config: blankRuntime({ env }) }) });
}

test.each([
  'PYTHONHTTPSVERIFY=0',
  'NODE_TLS_REJECT_UNAUTHORIZED=0',
  'GIT_SSL_NO_VERIFY=true',
  'PIP_TRUSTED_HOST=pypi.org',
  'npm_config_strict_ssl=false',
  'REQUESTS_CA_BUNDLE=',
  'VAULT_SKIP_VERIFY=1',
])('%s fails', (variable) => {
  expect(messagesOf(judge([variable]))).toEqual([expect.stringContaining(`${variable} lets every program`)]);
});

test.each([
  'PYTHONHTTPSVERIFY=1',
  'NODE_TLS_REJECT_UNAUTHORIZED=1',
  'GIT_SSL_NO_VERIFY=false',
  'PIP_TRUSTED_HOST=',
  'NPM_CONFIG_STRICT_SSL=true',
  'REQUESTS_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt',
  'MY_PYTHONHTTPSVERIFY=0',
])('%s passes', (variable) => {
  expect(judge([variable]).status).toBe('passed');
});

test('the last value of a variable counts', () => {
  expect(judge(['PYTHONHTTPSVERIFY=0', 'PYTHONHTTPSVERIFY=1']).status).toBe('passed');
});

test.each([
  ['curl -k https://x', 'curl --insecure'],
  ['curl -fsSLk https://x', 'curl --insecure'],
  ['curl --insecure https://x', 'curl --insecure'],
  ['wget -q --no-check-certificate https://x', 'wget --no-check-certificate'],
  ['pip3 install --trusted-host x y', 'pip --trusted-host'],
  ['apk add --allow-untrusted x.apk', 'apk --allow-untrusted'],
  ['apt-get install -y --allow-unauthenticated x', 'apt-get --allow-unauthenticated'],
  ['npm config set strict-ssl false', 'npm strict-ssl false'],
  ['git -c http.sslVerify=false clone https://x', 'git http.sslVerify false'],
])('RUN %s fails', (command, name) => {
  expect(messagesOf(judge([], `RUN /bin/sh -c ${command} # buildkit`))).toEqual([
    expect.stringContaining(`uses ${name}`),
  ]);
});

test.each([
  'curl -fsSL --keepalive-time 2 https://x',
  'curl -o tool-k https://x',
  'curl https://x/-k',
  'curl https://x | tar -k',
  'wget --no-verbose https://x',
  'echo pip && ssh --trusted-host',
])('RUN %s passes', (command) => {
  expect(judge([], `RUN /bin/sh -c ${command} # buildkit`).status).toBe('passed');
});

test('the base image’s own commands are not the author’s', () => {
  expect(judge([], 'RUN /bin/sh -c curl -k https://x', true).status).toBe('passed');
});
