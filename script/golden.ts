import { mkdirSync, writeFileSync } from 'node:fs';
import { GOLDEN, renderGolden } from '../__tests__/support/golden.ts';

/** Writes the golden record's faces anew, to be looked at before they are committed: `node script/golden.ts`. */
mkdirSync(GOLDEN, { recursive: true });
for (const [name, text] of renderGolden()) writeFileSync(`${GOLDEN}/${name}`, text);
