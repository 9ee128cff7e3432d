import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { policyHash } from '../../src/config/policy-hash.ts';
import type { ImageRecord } from '../../src/model/record.ts';
import { publishRecorded } from '../../src/pipeline/publish-recorded.ts';
import { makeTiming } from '../../src/pipeline/timing.ts';
import { blankConfig, blankImage } from '../support/blank.ts';
import { captureEffects } from '../support/captured-effects.ts';
import { anImageRecord, aRecord } from '../support/records.ts';

let output = '';
beforeEach(async () => {
  output = await mkdtemp(join(tmpdir(), 'slipway-test-'));
});
afterEach(async () => {
  await rm(output, { recursive: true });
});

async function publish(change: Partial<ImageRecord>) {
  const config = blankConfig();
  const image = anImageRecord({ policyHash: policyHash(blankImage(), config), ...change });
  await writeFile(join(output, 'record.json'), JSON.stringify(aRecord({ images: [image] })));
  const { effects } = captureEffects();
  return publishRecorded({
    effects,
    request: { command: 'publish', directory: output, only: [], output, containers: true },
    config,
    target: { type: 'oci', directory: join(output, 'oci') },
    startedAt: new Date(),
    timing: makeTiming(effects.clock),
  });
}

test.each<[string, Partial<ImageRecord>, RegExp]>([
  ['planned', { status: 'planned', digests: undefined }, /api was planned but never built/],
  ['built', { local: 'slipway.local/x/api:kept' }, /api was built but never checked/],
])('an image that was only %s is refused, never passed over in silence', async (_, change, message) => {
  await expect(publish(change)).rejects.toThrow(message);
});

test('an image that did not build stays blocked without a word about checking', async () => {
  const record = await publish({ status: 'failed', digests: undefined, blocked: ['the build failed'] });
  expect(record.images[0]).toMatchObject({ blocked: ['the build failed'] });
  expect(record.images[0]?.published).toBeUndefined();
});
