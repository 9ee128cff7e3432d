import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openRegistrySink, openRegistrySource } from '../../src/io/registry.ts';
import type { ImageSink } from '../../src/model/effects.ts';
import { clear } from '../../src/publish/clear.ts';
import { publishImage } from '../../src/publish/publish.ts';
import { type CuttingProxy, startCuttingProxy } from '../support/cutting-proxy.ts';
import { findProgram, type RealRegistry, startDockerRegistry } from '../support/docker-registry.ts';
import { makeMemoryImage, type MemoryImage } from '../support/memory-image.ts';
import { makeTestContext } from '../support/registry-context.ts';

const program = findProgram('docker-registry');
const LAYER = 3_000_000;

let registry: RealRegistry;
let proxy: CuttingProxy | undefined;
beforeAll(async () => {
  if (program !== undefined) registry = await startDockerRegistry(program);
});
afterAll(() => registry.stop());

function publish({ digests, source }: MemoryImage, sink: ImageSink, context = makeTestContext()) {
  const passed = { rule: 'platform', status: 'passed', severity: 'error', findings: [] } as const;
  const clearance = clear({ gpu: 'none', built: { name: 'api', digests }, judged: digests, outcomes: [passed] });
  if (!clearance.cleared) throw new Error('not cleared');
  return publishImage(context, clearance.image, source, sink, { tags: ['v1', 'latest'], moving: [] });
}

/** Every byte of it is in the registry, and both tags point to it. */
async function expectWhole(location: string, image: MemoryImage): Promise<void> {
  const source = openRegistrySource(location, makeTestContext());
  for (const tag of ['v1', 'latest']) expect((await source.manifest(tag))?.digest).toBe(image.digests.index);
  for (const digest of image.manifests.keys()) expect((await source.manifest(digest))?.digest).toBe(digest);
  for (const [digest, bytes] of image.blobs) {
    const chunks: Uint8Array[] = [];
    const blob = await source.blob({ digest, size: bytes.length, mediaType: 'application/octet-stream' });
    for await (const chunk of blob ?? []) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
  }
}

(program === undefined ? describe.skip : describe)('a push over a line that breaks, to a real docker-registry', () => {
  test.each([
    ['before the first answer', [1]],
    ['in the middle of a layer', [LAYER / 2]],
    ['three times in the middle of layers', [LAYER / 3, LAYER, 2 * LAYER]],
    ['near the end of the layers', [2 * LAYER + 1_000]],
  ])('broken %s it goes on and ends right', async (name, cuts) => {
    const image = makeMemoryImage([randomBytes(LAYER), randomBytes(LAYER)]);
    proxy = await startCuttingProxy(registry.host, cuts);
    const path = `cut-${name.replaceAll(' ', '-')}/api`;
    const published = await publish(image, openRegistrySink(`${proxy.host}/${path}`, makeTestContext()));
    expect(proxy.cut).toBe(cuts.length);
    expect(published.retries.length).toBeGreaterThanOrEqual(1);
    await proxy.close();
    await expectWhole(`${registry.host}/${path}`, image);
  });

  test('killed wherever a byte goes, run again it ends right, and no tag ever points to half an image', async () => {
    const image = makeMemoryImage([randomBytes(LAYER), 'small']);
    const whole = await startCuttingProxy(registry.host, []);
    await publish(image, openRegistrySink(`${whole.host}/killed/whole`, makeTestContext()));
    await whole.close();
    for (let part = 0; part < 12; part += 1) {
      const location = `${registry.host}/killed/part${String(part)}`;
      const controller = new AbortController();
      const context = makeTestContext({ signal: controller.signal });
      const line = await startCuttingProxy(registry.host, []);
      const limit = (whole.seen * part) / 12;
      const kill = setInterval(() => {
        if (line.seen > limit) controller.abort(new Error('killed'));
      }, 1);
      const ended = await publish(
        image,
        openRegistrySink(location.replace(registry.host, line.host), context),
        context,
      ).catch((error: unknown) => error);
      clearInterval(kill);
      await line.close();
      const tagged = await openRegistrySink(location, makeTestContext()).head('latest');
      if (ended instanceof Error && tagged === undefined) expect(ended.message).toContain('killed');
      else await expectWhole(location, image);
      await publish(image, openRegistrySink(location, makeTestContext()));
      await expectWhole(location, image);
    }
  });
});
