import { expect, test } from '@jest/globals';
import { composeDockerSock } from '../../../../src/check/rules/compose/compose.docker-sock.ts';
import { judgeCompose, linesOf } from '../../../support/compose.ts';

const judge = async (text: string): Promise<readonly string[]> => linesOf(await judgeCompose(composeDockerSock, text));

test('what is wrong is found at its line', async () => {
  const text = `services:
  a: { image: "a:1", volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"] }
  b:
    image: b:1
    volumes:
      - type: bind
        source: /run/docker.sock
        target: /run/docker.sock
  c:
    image: c:1
    volumes:
      - data:/data
      - \${SOCKET:-/run/podman/podman.sock}:/var/run/docker.sock
volumes: { data: {} }`;
  expect(await judge(text)).toEqual([
    expect.stringMatching(/^docker-compose.yml:2:\d+ a mounts the engine/),
    expect.stringMatching(/^docker-compose.yml:6:\d+ b mounts/),
    expect.stringMatching(/^docker-compose.yml:13:\d+ c mounts/),
  ]);
});

test('what is right passes', async () => {
  const text = `services:
  a: { image: "a:1", volumes: ["./docker.socket:/docker.sock.d", "data:/var/run"] }
volumes: { data: {} }`;
  expect(await judge(text)).toEqual([]);
});
