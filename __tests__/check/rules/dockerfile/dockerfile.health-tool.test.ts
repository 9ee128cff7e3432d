import { expect, test } from '@jest/globals';
import { dockerfileHealthTool } from '../../../../src/check/rules/dockerfile/dockerfile.health-tool.ts';
import { blankImage } from '../../../support/blank.ts';
import { dockerfileFacts } from '../../../support/dockerfile-facts.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';

const judge = (text: string, target?: string) =>
  checkRule(
    dockerfileHealthTool,
    { dockerfile: dockerfileFacts(text) },
    blankImage(target === undefined ? {} : { target }),
  );
const CURL = 'HEALTHCHECK CMD curl -f http://localhost:8000/health || exit 1';

test.each([
  [`FROM python:3.11-slim\nHEALTHCHECK --interval=30s \\\n  CMD curl -f http://localhost:8000/health || exit 1`, 3],
  [`ARG V=3.12\nFROM docker.io/library/python:\${V}-slim-bookworm@sha256:00 AS a\nFROM a\n${CURL}`, 4],
  [
    `FROM python:3.11-slim AS builder\nRUN apt-get install -y curl\nFROM python:3.11-slim\nCOPY --from=builder /app/.venv /app/.venv\n${CURL}`,
    5,
  ],
  ['FROM debian:bookworm\nHEALTHCHECK CMD ["wget", "-q", "http://localhost/"]', 2],
  [`FROM node:20-alpine\n${CURL}`, 2],
  [`FROM ubuntu\nHEALTHCHECK CMD /usr/bin/curl x`, 2],
])('%j is found at line %d', (text, line) => {
  const judgement = judge(text);
  expect(judgement).toMatchObject({ status: 'failed', findings: [{ place: { line } }] });
  expect(messagesOf(judgement)[0]).toMatch(/calls (?:curl|wget), which .* does not have/);
});

test.each([
  [`FROM python:3.11-slim\nRUN apt-get update && apt-get install -y \\\n libpq5 \\\n curl\n${CURL}`],
  [`FROM python:3.11\n${CURL}`],
  [`FROM ghcr.io/acme/python:3.11-slim\n${CURL}`],
  [`FROM python:3.11-slim\nCOPY --from=tools /usr/bin/curl /usr/bin/\n${CURL}`],
  [`FROM python:3.11-slim\nCOPY --from=tools /out/ /usr/local/bin/\n${CURL}`],
  [`FROM python:3.11-slim\nCOPY install.sh .\nRUN ./install.sh\n${CURL}`],
  ['FROM node:20-alpine\nHEALTHCHECK CMD wget -q http://localhost/ || exit 1'],
  [`FROM nginx:alpine\n${CURL}`],
  [`ARG BASE\nFROM \${BASE}\n${CURL}`],
])('%j passes', (text) => {
  expect(judge(text)).toEqual({ status: 'passed' });
});

test.each([
  'FROM python:3.11-slim',
  'FROM python:3.11-slim\nHEALTHCHECK NONE',
  `FROM python:3.11-slim\n${CURL}\nHEALTHCHECK CMD python -m probe`,
  'FROM python:3.11-slim\nHEALTHCHECK CMD ["python", "/app/curl.py"]',
])('%j has no such HEALTHCHECK', (text) => {
  expect(judge(text)).toMatchObject({ status: 'skipped' });
});

test('the stage that is built counts', () => {
  const text = `FROM python:3.11-slim AS plain\nFROM plain AS full\nRUN apt-get install -y curl\n${CURL}`;
  expect(judge(text, 'full')).toEqual({ status: 'passed' });
  expect(judge(text, 'plain')).toMatchObject({ status: 'skipped' });
});
