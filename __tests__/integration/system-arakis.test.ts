import { expect, test } from '@jest/globals';
import { blocking, shipSystem, stackRules } from '../support/system-run.ts';

test(
  'Arakis is proven in its slim variant: migrated, a report exported and read back, inside 2 CPU and 2 GB',
  async () => {
    const { exitCode, output, record, layout } = await shipSystem('arakis', ['api']);
    expect({ blocked: blocking(record), exitCode, output: exitCode === 0 ? '' : output }).toEqual({
      blocked: [],
      exitCode: 0,
      output: '',
    });
    expect(stackRules(record, 'passed')).toEqual(
      expect.arrayContaining(['stack.ready', 'stack.http', 'stack.run', 'stack.restart', 'stack.limits']),
    );
    expect(
      record.images.map(({ published }) => published?.digest).every((digest) => layout.includes(digest ?? '')),
    ).toBe(true);
    const api = record.stack?.run?.services.find(({ name }) => name === 'api');
    expect(api?.limits).toEqual({ memory: 2 * 1024 ** 3, cpus: 2 });
  },
  10 * 60_000,
);
