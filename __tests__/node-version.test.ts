import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const SOURCES = join(import.meta.dirname, '../src');

function startAs(version: string) {
  const pretend = `Object.defineProperty(process.versions, 'node', { value: '${version}' });`;
  const program = `${pretend} await import(${JSON.stringify(join(SOURCES, 'node-version.ts'))});`;
  return spawnSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
}

test.each(['18.19.0', '20.20.2', '22.1.0'])('Node %s is told apart in words, not by a stack', (version) => {
  const { status, stderr } = startAs(version);
  expect(status).toBe(2);
  expect(stderr).toMatch(/^slipway needs Node\.js 24 or newer.*\n {2}→ .*\n$/);
});

test.each(['24.0.0', '26.3.1'])('Node %s may go on', (version) => {
  expect(startAs(version)).toMatchObject({ status: 0, stderr: '' });
});

test('nothing that needs a newer Node is loaded before', () => {
  const imports = readFileSync(join(SOURCES, 'cli.ts'), 'utf8').match(/^import .*$/gm) ?? [];
  expect(imports[0]).toBe("import './node-version.ts';");
});
