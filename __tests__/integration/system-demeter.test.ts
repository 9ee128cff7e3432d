import { expect, test } from '@jest/globals';
import { blocking, shipSystem, stackRules } from '../support/system-run.ts';

test(
  'DemeterAI is proven: two variants of one Dockerfile, and a photo counted by the worker',
  async () => {
    const { exitCode, output, record, layout } = await shipSystem('demeter');
    expect({ blocked: blocking(record), exitCode, output: exitCode === 0 ? '' : output }).toEqual({
      blocked: [],
      exitCode: 0,
      output: '',
    });
    expect(stackRules(record, 'passed')).toEqual(expect.arrayContaining(['stack.ready', 'stack.http', 'stack.run']));
    expect(
      record.images.map(({ published }) => published?.digest).every((digest) => layout.includes(digest ?? '')),
    ).toBe(true);
    expect(record.images.map(({ name, dockerfile }) => [name, dockerfile])).toEqual([
      ['ml', 'Dockerfile'],
      ['api', 'Dockerfile'],
    ]);
  },
  10 * 60_000,
);
