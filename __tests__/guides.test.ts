import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse as parseYaml } from 'yaml';
import { parse } from './config/support/parsing.ts';

const FOLDER = 'docs/guides';
const SYSTEMS = ['haystack', 'demeter', 'healthbench', 'arakis', 'onprem-rag'].map(
  (name) => `../../docker/${name}/README.md`,
);
const pages = [...readdirSync(FOLDER), ...SYSTEMS].map((name) => ({
  name,
  text: readFileSync(join(FOLDER, name), 'utf8'),
}));
const blocks = pages.flatMap(({ name, text }) =>
  [...text.matchAll(/^( *)```yaml\n *# (\S+).*\n([\s\S]*?)^\1```$/gm)].map(
    ([, , file = '', body = ''], index) => [`${name}, example ${String(index + 1)}`, file, body] as const,
  ),
);
const links = [...pages, { name: '../../README.md', text: readFileSync('README.md', 'utf8') }].flatMap(
  ({ name, text }) =>
    [...text.matchAll(/\]\(((?!https?:)[^)#\s]+)(?:#[^)]*)?\)/g)].map(([, to = '']) => [name, to] as const),
);

describe('what people copy out of the guides works', () => {
  test.each(blocks.filter(([, file]) => file === 'slipway.yml'))('%s (%s) is a config', (_name, _file, body) => {
    expect(() => parse(body)).not.toThrow();
  });

  test.each(blocks.filter(([, file]) => file.startsWith('.github/')))(
    '%s (%s) is a workflow of least rights',
    (_name, _file, body) => {
      const workflow = parseYaml(body) as { permissions: unknown; jobs: Record<string, { permissions?: unknown }> };
      expect(workflow.permissions).toEqual({});
      for (const job of Object.values(workflow.jobs)) expect(job.permissions).toBeDefined();
      expect(body.match(/uses: OWNER\/slipway\S*/g)?.every((uses) => /@0{40}$/.test(uses))).toBe(true);
      expect(body.trimEnd().split('\n').length).toBeLessThanOrEqual(20);
    },
  );

  test.each(SYSTEMS)('%s has one to begin with', (name) => {
    expect(blocks.some(([example, file]) => example.startsWith(name) && file === 'slipway.yml')).toBe(true);
  });

  test('there are some of both', () => {
    expect(blocks.filter(([, file]) => file === 'slipway.yml').length).toBeGreaterThan(4);
    expect(blocks.filter(([, file]) => file.startsWith('.github/')).length).toBeGreaterThan(3);
  });
});

test.each(links)('%s leads to %s', (page, to) => {
  expect(existsSync(join(dirname(join(FOLDER, page)), to))).toBe(true);
});
