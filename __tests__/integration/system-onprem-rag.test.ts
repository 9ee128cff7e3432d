import { expect, test } from '@jest/globals';
import { blocking, shipSystem, stackRules } from '../support/system-run.ts';

test(
  'the on-premises RAG system is proven: seven services, answers through the proxy, a GPU reservation taken away',
  async () => {
    const { exitCode, output, record, layout } = await shipSystem('onprem-rag', ['api', 'frontend']);
    expect({ blocked: blocking(record), exitCode, output: exitCode === 0 ? '' : output }).toEqual({
      blocked: [],
      exitCode: 0,
      output: '',
    });
    expect(stackRules(record, 'passed')).toEqual(
      expect.arrayContaining(['stack.ready', 'stack.http', 'stack.restart', 'stack.limits', 'stack.reachable']),
    );
    expect(
      record.images.map(({ published }) => published?.digest).every((digest) => layout.includes(digest ?? '')),
    ).toBe(true);
    expect(record.stack?.run?.services).toHaveLength(7);
    expect(record.stack?.run?.services.filter(({ state }) => state !== 'healthy')).toEqual([]);
    expect(record.stack?.run?.notes.join()).toMatch(/ollama.*GPU/);
  },
  10 * 60_000,
);
