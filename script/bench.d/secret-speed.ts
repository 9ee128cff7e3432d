import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { searchFiles } from '../../src/image/secrets/file-search.ts';

/** CPU seconds that this thread and its helpers took for the same bytes. */
export interface SearchSpeed {
  readonly bytes: number;
  readonly files: number;
  readonly hits: number;
  readonly search: number;
  readonly read: number;
  /** Of a gzip of the same files, by Node's own decoder. */
  readonly gunzip: number;
}

const PIECE = 2 ** 18;
/** Where such a tree lies in an image. */
const PLACE = 'usr/local/lib/python3.11/site-packages';

/** Searches every file of a folder once, in pieces as a layer's decoder hands them out. */
export async function measureSearch(folder: string): Promise<SearchSpeed> {
  const search = searchFiles();
  let [bytes, files] = [0, 0];
  const spent = { search: 0, read: 0, gunzip: 0 };
  const measure = <T>(what: keyof typeof spent, work: () => T): T => {
    const before = process.cpuUsage();
    const result = work();
    const { user, system } = process.cpuUsage(before);
    spent[what] += (user + system) / 1e6;
    return result;
  };
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const body = measure('read', () => readFileSync(path));
    const packed = gzipSync(body);
    measure('gunzip', () => gunzipSync(packed));
    measure('search', () => {
      search.open(`${PLACE}/${path.slice(folder.length + 1)}`, body.length);
      for (let at = 0; at < body.length; at += PIECE) search.body(body, at, Math.min(body.length, at + PIECE));
      search.close();
    });
    bytes += body.length;
    files += 1;
  }
  return { bytes, files, hits: search.finish().hits.length, ...spent };
}
