import { createHash } from 'node:crypto';
import type { Digest } from '../model/digest.ts';
import type { Files } from '../model/effects.ts';
import type { ArchivedFile, ArchiveIndex } from './archive-index.ts';
import { DamagedContent } from './damage.ts';
import type { Compression } from './media-types.ts';

/** Files of an archive by name. */
export interface ArchiveReader {
  find(name: string): ArchivedFile | undefined;
  open(file: ArchivedFile): Promise<AsyncIterable<Uint8Array>>;
  stream(name: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** A small file whole; DamagedContent when it is larger than 16 MiB. */
  text(name: string): Promise<Buffer | undefined>;
  compression(name: string): Promise<Compression>;
  hash(name: string): Promise<Digest>;
  /** The archive itself is gzip or zstd. */
  isCompressed(): Promise<boolean>;
}

const SMALL = 16 * 2 ** 20;

export function openArchiveReader(files: Pick<Files, 'open'>, index: ArchiveIndex): ArchiveReader {
  const { path } = index;
  const find = (name: string) => index.find(name);
  const open = ({ offset, size }: ArchivedFile) => files.open(path, { offset, length: size });
  const stream = async (name: string) => {
    const file = find(name);
    return file === undefined ? undefined : open(file);
  };
  const head = async (file: ArchivedFile) => readWhole(await open({ ...file, size: Math.min(4, file.size) }));
  return {
    find,
    open,
    stream,
    async text(name) {
      const file = find(name);
      if (file === undefined) return undefined;
      if (file.size > SMALL) throw new DamagedContent(`${name} in the archive is larger than 16 MiB`, { where: path });
      return readWhole(await open(file));
    },
    async compression(name) {
      const file = find(name);
      return file === undefined ? 'none' : compressionOf(await head(file));
    },
    async hash(name) {
      const hash = createHash('sha256');
      for await (const chunk of (await stream(name)) ?? []) hash.update(chunk);
      return `sha256:${hash.digest('hex')}`;
    },
    isCompressed: async () => compressionOf(await head({ offset: 0, size: 4 })) !== 'none',
  };
}

async function readWhole(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

/** By its first bytes (RFC 1952, RFC 8878): names in such archives say nothing. */
function compressionOf(head: Buffer): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  return head.length >= 4 && head.readUInt32LE(0) === 0xfd2fb528 ? 'zstd' : 'none';
}
