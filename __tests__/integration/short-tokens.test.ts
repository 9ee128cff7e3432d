import { setTimeout as pass } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeGoogleIdentity } from '../../src/io/google-identity.ts';
import { openRegistrySink } from '../../src/io/registry.ts';
import type { ImageSource } from '../../src/model/effects.ts';
import { clear } from '../../src/publish/clear.ts';
import { publishImage } from '../../src/publish/publish.ts';
import { makeScriptedClock } from '../support/clock.ts';
import { makeMemoryImage } from '../support/memory-image.ts';
import { makeTestContext } from '../support/registry-context.ts';
import { identityContext } from '../support/rig/identity.ts';
import { registryProgram, type Rig, startRig } from '../support/rig/rig.ts';
import { PROVIDER } from '../support/rig/settings.ts';

/** Seconds that every token lives, and milliseconds that every chunk of a layer takes. */
const LIFE = 6;
const SLOW = 1_000;
/** Seconds the push takes. A registry forgives 60 s after the end of a token, so only a longer one shows that it is renewed there too: SLIPWAY_PUSH_SECONDS=98. */
const LASTS = Math.max(2 * LIFE, Number(process.env['SLIPWAY_PUSH_SECONDS'] ?? 0));
/** A layer comes in three chunks, and four layers travel at once. */
const LAYERS = Math.ceil((LASTS * 4) / 3);

let rig: Rig;
beforeAll(async () => {
  if (registryProgram === undefined) return;
  rig = await startRig({ idTokenLife: LIFE, federatedLife: LIFE, registryTokenLife: LIFE });
});
afterAll(() => rig.stop());

/** A source that is as slow as a narrow line. */
function throttle(source: ImageSource): ImageSource {
  return {
    ...source,
    blob: async (descriptor) => {
      const stream = await source.blob(descriptor);
      return stream === undefined ? undefined : slowly(stream);
    },
  };
}
async function* slowly(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) {
    await pass(SLOW);
    yield chunk;
  }
}

(registryProgram === undefined ? describe.skip : describe)('a push that outlasts its tokens', () => {
  test(
    'every token is over before the push is, and the digest that was checked stands in the registry',
    async () => {
      const image = makeMemoryImage(Array.from({ length: LAYERS }, (_, index) => `layer ${String(index)} `.repeat(20)));
      const passed = { rule: 'platform', status: 'passed', severity: 'error', findings: [] } as const;
      const clearance = clear({
        gpu: 'none',
        built: { name: 'api', digests: image.digests },
        judged: image.digests,
        outcomes: [passed],
      });
      if (!clearance.cleared) throw new Error('not cleared');
      const { identity, credentials } = makeGoogleIdentity(identityContext(rig));
      identity.use({ provider: PROVIDER }, [rig.registry]);
      const sink = openRegistrySink(`${rig.registry}/my-project/haystack/api`, makeTestContext({ credentials }));
      const effects = { clock: makeScriptedClock(), signal: new AbortController().signal };
      const start = performance.now();
      const wanted = { tags: ['v1'], moving: [] };
      const published = await publishImage(effects, clearance.image, throttle(image.source), sink, wanted);
      expect(performance.now() - start).toBeGreaterThan(LASTS * 1000);
      expect(published).toMatchObject({ digest: image.digests.index, tags: [{ tag: 'v1', action: 'created' }] });
      expect(await sink.head(image.attestation)).toMatchObject({ digest: image.attestation });
      const minted = rig.requests.filter(({ line }) => line === 'POST /v1/token').length;
      expect(minted).toBeGreaterThanOrEqual(3);
    },
    120_000 + 2_000 * LASTS,
  );
});
