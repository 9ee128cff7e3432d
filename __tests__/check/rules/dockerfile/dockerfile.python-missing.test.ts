import { expect, test } from '@jest/globals';
import { dockerfilePythonMissing } from '../../../../src/check/rules/dockerfile/dockerfile.python-missing.ts';
import { dockerfileFacts } from '../../../support/dockerfile-facts.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';

const judge = (text: string) => checkRule(dockerfilePythonMissing, { dockerfile: dockerfileFacts(text) });

test.each([
  [
    'FROM nvidia/cuda:12.1.0-runtime-ubuntu22.04\nRUN apt-get update && apt-get install -y \\\n    python3.12 \\\n    python3.12-dev',
    3,
  ],
  ['FROM ubuntu:24.04\nRUN apt install -y python3.11', 2],
  ['FROM debian:bookworm-slim\nRUN apt-get install -y --no-install-recommends python3.12-venv', 2],
  ['ARG V=22.04\nFROM ubuntu:$V AS b\nRUN apt-get install -y python3.13\nFROM scratch\nCOPY --from=b / /', 3],
])('%j is found at line %d', (text, line) => {
  const judgement = judge(text);
  expect(judgement).toMatchObject({ status: 'failed', findings: [{ place: { line } }] });
  expect(messagesOf(judgement)[0]).toContain('Unable to locate package');
});

test.each([
  'FROM ubuntu:22.04\nRUN apt-get install -y python3.10 python3.11 python3 python3-pip',
  'FROM ubuntu:22.04\nRUN add-apt-repository ppa:deadsnakes/ppa && apt-get install -y python3.12',
  'FROM debian:bookworm\nRUN echo deb http://x sid main > /etc/apt/sources.list.d/x.list\nRUN apt-get install -y python3.13',
  'FROM python:3.12-slim\nRUN apt-get install -y python3.9',
  'FROM ubuntu:22.04\nRUN echo python3.12',
  'FROM ubuntu:22.04 AS unused\nRUN apt-get install -y python3.12\nFROM python:3.12-slim',
])('%j passes', (text) => {
  expect(judge(text)).toEqual({ status: 'passed' });
});
