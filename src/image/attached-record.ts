import type { Digest } from '../model/digest.ts';
import type { ImageSource } from '../model/effects.ts';
import { parseRecord } from '../model/record-parse.ts';
import type { RunRecord } from '../model/record.ts';
import { DamagedContent } from './damage.ts';
import { parseManifest, readManifest, readSmallBlob } from './manifest.ts';

/** The record in an attached artifact. Throws DamagedContent or a Fault for what is none. */
export async function readAttachedRecord(source: ImageSource, digest: Digest): Promise<RunRecord> {
  const stored = await readManifest(source, digest);
  const [content] = parseManifest(stored.bytes, digest).layers;
  if (content === undefined) throw new DamagedContent(`the record ${digest} has no content`);
  const text = Buffer.from(await readSmallBlob(source, content, 'record')).toString('utf8');
  return parseRecord(text, `record ${digest}`);
}
