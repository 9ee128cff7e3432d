import { expect, test } from '@jest/globals';
import { blocking, shipSystem, stackRules } from '../support/system-run.ts';

test(
  'DF HealthBench is proven: seeded, answered from pgvector, and still there after a restart',
  async () => {
    const { exitCode, output, record, layout } = await shipSystem('healthbench');
    expect({ blocked: blocking(record), exitCode, output: exitCode === 0 ? '' : output }).toEqual({
      blocked: [],
      exitCode: 0,
      output: '',
    });
    expect(stackRules(record, 'passed')).toEqual(
      expect.arrayContaining(['stack.ready', 'stack.http', 'stack.run', 'stack.logs', 'stack.restart']),
    );
    expect(
      record.images.map(({ published }) => published?.digest).every((digest) => layout.includes(digest ?? '')),
    ).toBe(true);
    expect(record.stack?.run?.services.map(({ name, state }) => [name, state])).toEqual([
      ['postgres', 'healthy'],
      ['backend', 'healthy'],
    ]);
  },
  10 * 60_000,
);
