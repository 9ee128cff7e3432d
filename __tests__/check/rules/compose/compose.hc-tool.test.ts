import { expect, test } from '@jest/globals';
import { composeHcTool } from '../../../../src/check/rules/compose/compose.hc-tool.ts';
import type { Judgement } from '../../../../src/model/verdict.ts';
import { blankDescription, blankImage, blankRuntime } from '../../../support/blank.ts';
import { composeOf, linesOf } from '../../../support/compose.ts';
import { filesOf } from '../../../support/file-facts.ts';
import { checkRule } from '../../../support/judging.ts';

const files = filesOf([
  [
    { name: 'bin', type: '2', link: 'usr/bin' },
    { name: 'usr/bin/dash', mode: 0o755 },
    { name: 'usr/bin/sh', type: '2', link: 'dash' },
    { name: 'usr/local/bin/python3.11', mode: 0o755 },
    { name: 'usr/local/bin/python', type: '2', link: '/usr/local/bin/python3.11' },
    { name: 'usr/bin/notes', mode: 0o644 },
    { name: 'opt/app/probe', mode: 0o755 },
  ],
]);

async function judge(
  probe: string,
  env: readonly string[] = [],
  images: readonly string[] = ['api'],
): Promise<Judgement> {
  const text = `services:\n  api:\n    build: .\n    healthcheck:\n      test: ${probe}\n`;
  const compose = await composeOf(text);
  const started = { ...compose, services: compose.services.map((each) => ({ ...each, images })) };
  const image = blankDescription({ config: blankRuntime({ env }) });
  return checkRule(composeHcTool, { compose: started, files, image }, blankImage());
}

test.each([
  ['[CMD, curl, -f, "http://localhost:8000/health"]', 'curl'],
  ['curl -f http://localhost:8000/health || exit 1', 'curl'],
  ['[CMD-SHELL, "! wget -q http://x"]', 'wget'],
  ['[CMD, notes]', 'notes'],
  ['[CMD, /opt/app/absent]', '/opt/app/absent'],
])('%s needs %s, which is not there', async (text, tool) => {
  expect(linesOf(await judge(text))).toEqual([
    expect.stringMatching(new RegExp(`^docker-compose.yml:5:\\d+ the health check of api calls ${tool},`)),
  ]);
});

test.each([
  '[CMD, python, -c, "import urllib.request"]',
  'python -c "x" || exit 1',
  'test -f /tmp/ready',
  '[CMD, /opt/app/probe]',
  '["CMD-SHELL", "$$PROBE --now"]',
  '[NONE]',
])('%s passes', async (text) => {
  expect(await judge(text)).toEqual({ status: 'passed' });
});

test('the image says where programs are searched', async () => {
  expect(linesOf(await judge('[CMD, python]', ['PATH=/usr/bin']))).toHaveLength(1);
  expect(await judge('[CMD, probe]', ['PATH=/opt/app:/bin'])).toEqual({ status: 'passed' });
});

test('an image that the stack does not start is skipped', async () => {
  expect(await judge('[CMD, curl]', [], [])).toMatchObject({ status: 'skipped' });
});
