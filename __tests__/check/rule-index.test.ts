import { expect, test } from '@jest/globals';
import { renderRuleIndex } from '../../src/check/rule-index.ts';
import { RULES } from '../../src/check/rules/index.ts';

test('every rule has one row that links to its page', () => {
  const rows = renderRuleIndex(RULES)
    .split('\n')
    .filter((line) => line.startsWith('| ['));
  expect(rows).toHaveLength(RULES.length);
  expect(rows.find((row) => row.includes('[size.unpacked]'))).toBe(
    '| [size.unpacked](size.unpacked.md) | The unpacked layers stay within the budget | error | sizes, files, waste | `size`, `size.unpacked` | – | service, job |',
  );
  expect(rows.find((row) => row.includes('[user.config]'))).toContain('| always error |');
});
