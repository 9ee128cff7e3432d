import { expect, test } from '@jest/globals';
import { blocking, shipSystem, stackRules } from '../support/system-run.ts';

test(
  'HAYSTACK is proven: the API and its frontend before a database whose data survives',
  async () => {
    const { exitCode, output, record } = await shipSystem('haystack', ['api']);
    expect({ blocked: blocking(record), exitCode, output: exitCode === 0 ? '' : output }).toEqual({
      blocked: [],
      exitCode: 0,
      output: '',
    });
    expect(stackRules(record, 'passed')).toEqual(
      expect.arrayContaining(['stack.ready', 'stack.http', 'stack.run', 'stack.logs', 'stack.restart']),
    );
    expect(record.stack?.run?.services.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'postgres healthy',
      'api healthy',
    ]);
  },
  10 * 60_000,
);
