import { expect, test } from '@jest/globals';
import { digestOf } from '../../src/model/digest.ts';
import { clear, isCleared } from '../../src/publish/clear.ts';
import type { RuleOutcome } from '../../src/model/verdict.ts';

const digests = { index: digestOf('index'), manifest: digestOf('manifest'), config: digestOf('config') };
const built = { name: 'api', digests };
const passed: RuleOutcome = { rule: 'user.config', status: 'passed', severity: 'error', findings: [] };
const finding = { message: 'starts as root', remedy: 'USER 10001' };

function reasonsOf(outcomes: readonly RuleOutcome[], judged: typeof digests | undefined = digests) {
  const clearance = clear({ gpu: 'none', built, judged, outcomes });
  return clearance.cleared ? [] : clearance.reasons;
}

test.each<[string, RuleOutcome[]]>([
  ['passed', [passed]],
  ['waived', [{ ...passed, status: 'waived', findings: [finding] }]],
  ['skipped', [{ ...passed, status: 'skipped', reason: 'no engine' }]],
  ['a failed warning', [passed, { ...passed, status: 'failed', severity: 'warning', findings: [finding] }]],
  ['an undecided warning', [passed, { ...passed, status: 'undecided', severity: 'warning' }]],
])('%s lets an image through', (_, outcomes) => {
  const clearance = clear({ gpu: 'none', built, judged: digests, outcomes });
  expect(clearance).toEqual({ cleared: true, image: { name: 'api', digests } });
  expect(clearance.cleared && isCleared(clearance.image)).toBe(true);
});

test('failed and undecided errors block, each with its reason', () => {
  const outcomes: RuleOutcome[] = [
    passed,
    { ...passed, status: 'failed', findings: [{ ...finding, message: 'waived one', waived: 'because' }, finding] },
    { ...passed, rule: 'size.unpacked', status: 'undecided', reason: 'layer 2 is truncated' },
    { ...passed, rule: 'odd', status: 'undecided' },
  ];
  expect(reasonsOf(outcomes)).toEqual([
    'user.config failed: starts as root',
    'size.unpacked undecided: layer 2 is truncated',
    'odd undecided',
  ]);
});

test.each(['index', 'manifest', 'config'] as const)('another %s than the judged one blocks', (part) => {
  expect(reasonsOf([passed], { ...digests, [part]: digestOf('other') })).toEqual([
    `the ${part} that was judged (${digestOf('other')}) is not the one that was built (${digests[part]})`,
  ]);
});

test('an index on one side only blocks', () => {
  const { manifest, config } = digests;
  const clearance = clear({
    gpu: 'none',
    built: { name: 'api', digests: { manifest, config } },
    judged: digests,
    outcomes: [passed],
  });
  expect(clearance).toMatchObject({ cleared: false, reasons: [expect.stringContaining('built (none)')] });
});

test('what nobody read or judged is not let through', () => {
  expect(clear({ gpu: 'none', built, judged: undefined, outcomes: [passed] })).toEqual({
    cleared: false,
    reasons: ['its bytes were not read'],
  });
  expect(reasonsOf([])).toEqual(['no rule judged it']);
});

test('a copy of a cleared image is not cleared', () => {
  const clearance = clear({ gpu: 'none', built, judged: digests, outcomes: [passed] });
  expect(clearance.cleared && isCleared({ ...clearance.image })).toBe(false);
});
