import type { ImageRecord, RunRecord } from '../../src/model/record.ts';
import { anImageRecord, anOutcome, aRecord, fakeDigest } from './records.ts';

const IMAGES = 60;
const FINDINGS = 500;
const RULES = 100;

/** A run of a large repository: 60 images, 100 rules each, 500 findings, 30 layers and 120 paths an image, long names. */
export function aHugeRecord(count = IMAGES): RunRecord {
  return aRecord({ images: Array.from({ length: count }, (_, number) => makeImage(number)) });
}

function makeImage(number: number): ImageRecord {
  const layers = Array.from({ length: 30 }, (_, layer) => ({
    digest: fakeDigest(layer),
    diffId: fakeDigest(layer),
    compressed: 1_000_000 * (layer + 1),
    unpacked: 3_000_000 * (((layer * 7) % 30) + 1),
    base: layer < 6,
    instruction: `RUN /bin/sh -c install-part-${String(layer)} --with ${'a-long-option '.repeat(layer)}# buildkit`,
    place: { file: `services/part-${String(number)}/Dockerfile`, line: layer + 3 },
  }));
  const unpacked = layers.reduce((sum, layer) => sum + layer.unpacked, 0);
  return anImageRecord({
    name: `${number % 7 === 0 ? 'a-service-with-quite-a-long-name-' : 'service-'}${String(number)}`,
    dockerfile: `services/part-${String(number)}/Dockerfile`,
    budget: { unpacked: 1_000_000_000 },
    user: '10001',
    sizes: { download: Math.round(unpacked / 3), unpacked, layers },
    paths: Array.from({ length: 120 }, (_, path) => ({
      path: `/opt/part-${String(path % 9)}/${'folder/'.repeat(path % 6)}file-${String(path)}`,
      layer: path % 30,
      bytes: 10_000 * (path + 1),
      files: path,
    })),
    blocked: number % 3 === 0 ? ['size.unpacked failed'] : [],
    outcomes: Array.from({ length: RULES }, (_, rule) => makeOutcome(number, rule)),
  });
}

function makeOutcome(number: number, rule: number): ImageRecord['outcomes'][number] {
  const id = `group-${String(rule % 10)}.rule-${String(rule)}`;
  if (rule > 0 || number % 3 !== 0) return anOutcome({ rule: id, severity: rule % 2 === 0 ? 'error' : 'warning' });
  const findings = Array.from({ length: FINDINGS / (IMAGES / 3) }, (_, entry) => ({
    message: `finding ${String(entry)} of image ${String(number)}: 24.1 GB unpacked, 22.0 GB allowed`,
    remedy: 'Drop what is not needed at run time.',
    place: { file: `services/part-${String(number)}/Dockerfile`, line: entry + 1 },
  }));
  return anOutcome({ rule: id, status: 'failed', findings });
}
