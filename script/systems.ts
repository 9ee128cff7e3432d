import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseRecord } from '../src/model/record-parse.ts';
import { arakis } from './systems.d/arakis.ts';
import { demeter } from './systems.d/demeter.ts';
import { haystack } from './systems.d/haystack.ts';
import { healthbench } from './systems.d/healthbench.ts';
import { onpremRag } from './systems.d/onprem-rag.ts';
import { writePage } from './systems.d/page.ts';
import type { Records } from './systems.d/row.ts';

/**
 * Writes docs/systems.md from the records of the five systems: `node script/systems.ts [FOLDER]`.
 * FOLDER (out/) has NAME/record.json for each system, as `script/demo NAME` leaves them, and demeter-document/record.json.
 */
const SYSTEMS = [haystack, demeter, healthbench, arakis, onpremRag];
const folder = process.argv[2] ?? 'out';

function readRecords(): Records {
  const names = [...SYSTEMS.map(({ name }) => name), 'demeter-document'];
  const found = names.filter((name) => existsSync(join(folder, name, 'record.json')));
  return new Map(
    found.map((name) => {
      const path = join(folder, name, 'record.json');
      return [name, parseRecord(readFileSync(path, 'utf8'), path)] as const;
    }),
  );
}

const page = new URL('../docs/systems.md', import.meta.url);
const records = readRecords();
writeFileSync(page, writePage(SYSTEMS, records));
process.stdout.write(`docs/systems.md from ${[...records.keys()].join(', ') || 'no record'}\n`);
