import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { parseRecord } from '../src/model/record-parse.ts';
import { arakis } from './systems.d/arakis.ts';
import { demeter } from './systems.d/demeter.ts';
import { haystack } from './systems.d/haystack.ts';
import { healthbench } from './systems.d/healthbench.ts';
import { onpremRag } from './systems.d/onprem-rag.ts';
import { writePage } from './systems.d/page.ts';
import { buildsSchema, type Records } from './systems.d/row.ts';
import { replaceSeen } from './systems.d/seen.ts';

/**
 * Writes docs/systems.md, and what was seen in each system's README, from the records of the five systems: `node script/systems.ts [FOLDER]`.
 * FOLDER (out/) has NAME/record.json for each system, as `script/demo NAME` leaves them, demeter-document/record.json, and bench-systems.json of `script/bench systems`.
 */
const SYSTEMS = [haystack, demeter, healthbench, arakis, onpremRag];
const folder = process.argv[2] ?? 'out';

function readRecords(): Records {
  const names = [...SYSTEMS.map(({ name }) => name), 'demeter-document'];
  const found = names.filter((name) => existsSync(join(folder, name, 'record.json')));
  const runs = found.map((name) => {
    const path = join(folder, name, 'record.json');
    return [name, parseRecord(readFileSync(path, 'utf8'), path)] as const;
  });
  const measured = join(folder, 'bench-systems.json');
  const builds = existsSync(measured) ? z.array(buildsSchema).parse(JSON.parse(readFileSync(measured, 'utf8'))) : [];
  return { runs: new Map(runs), builds };
}

const page = new URL('../docs/systems.md', import.meta.url);
const records = readRecords();
writeFileSync(page, writePage(SYSTEMS, records));
for (const { name } of SYSTEMS) {
  const record = records.runs.get(name);
  const readme = new URL(`../docker/${name}/README.md`, import.meta.url);
  if (record !== undefined) writeFileSync(readme, replaceSeen(readFileSync(readme, 'utf8'), record));
}
process.stdout.write(`docs/systems.md from ${[...records.runs.keys()].join(', ') || 'no record'}\n`);
