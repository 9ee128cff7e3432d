import { expect, test } from '@jest/globals';
import { blameFlags, hardenedFlags } from '../../../src/check/probes/hardened-run.ts';
import type { HardenedFlag, TrialRun } from '../../../src/model/facts.ts';
import { blankImage } from '../../support/blank.ts';
import { trialOf } from '../../support/runs.ts';

const ALL: readonly HardenedFlag[] = ['read-only', 'cap-drop', 'no-new-privileges'];
const EROFS = { log: ["EROFS: read-only file system, open '/x'"] };

/** A service that needs `broken`, and what was started to find that out. */
async function blame(broken: readonly string[], together: Partial<TrialRun> = {}, flags = ALL) {
  const started: string[] = [];
  const alone = await blameFlags(flags, trialOf({ usable: false, ...together }), (wanted) => {
    started.push(wanted.join('+'));
    return Promise.resolve(trialOf({ usable: !wanted.some((flag) => broken.includes(flag)) }));
  });
  const blamed = Object.entries(alone).flatMap(([flag, trial]) => (trial.usable ? [] : [flag]));
  return { blamed, started };
}

test.each<[string, readonly string[], Partial<TrialRun>, readonly string[]]>([
  ['the likely one, left out first', ['read-only'], EROFS, ['cap-drop+no-new-privileges']],
  ['capabilities, when nothing speaks of files', ['cap-drop'], {}, ['read-only+no-new-privileges']],
  ['another one', ['no-new-privileges'], {}, ['read-only+no-new-privileges', ...ALL]],
  ['two', ['read-only', 'cap-drop'], EROFS, ['cap-drop+no-new-privileges', ...ALL]],
])('blames %s', async (_, broken, together, started) => {
  expect(await blame(broken, together)).toEqual({ blamed: broken, started });
});

test('one flag needs no further start, none blames nobody', async () => {
  expect(await blame(['cap-drop'], {}, ['cap-drop'])).toEqual({ blamed: ['cap-drop'], started: [] });
  expect(await blame([], {}, [])).toEqual({ blamed: [], started: [] });
});

test('a combination that fails blames none alone', async () => {
  const alone = await blameFlags(ALL, trialOf({ usable: false }), (wanted) =>
    Promise.resolve(trialOf({ usable: wanted.length === 1 })),
  );
  expect(Object.values(alone).every(({ usable }) => usable)).toBe(true);
});

test('what is declared false is not tried', () => {
  expect(hardenedFlags(blankImage())).toEqual(ALL);
  const hardened = { readOnly: false, capDrop: true, noNewPrivileges: false };
  expect(hardenedFlags(blankImage({ hardened }))).toEqual(['cap-drop']);
});
