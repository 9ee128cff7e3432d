import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashSecret } from '../src/image/secrets/hit.ts';
import { searchBytes } from '../src/image/secrets/search.ts';

/**
 * Writes src/image/secrets/known-keys.ts from folders that hold well-known packages, unpacked: `node script/known-keys.ts DIR…`.
 * Only what lies below one of these folders is known to be published for everybody.
 */
const PUBLISHED = [
  'Crypto/SelfTest/',
  'Cryptodome/SelfTest/',
  'future/backports/test/',
  'moto/moto_proxy/',
  // The client's examples use the public playground's credentials.
  'site-packages/minio',
  'tornado/test/',
  'twisted/test/',
  'twisted/conch/test/',
  'twilio/rest/',
  'awscli/examples/',
  'test/certdata/',
  'lib/python',
];

function* walk(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else if (entry.isFile()) yield path;
  }
}

const known = new Map<string, Set<string>>();
for (const path of process.argv.slice(2).flatMap((folder) => [...walk(folder)])) {
  const place = PUBLISHED.find(
    (part) => path.includes(`/${part}`) && (part !== 'lib/python' || path.includes('/test/')),
  );
  if (place === undefined) continue;
  const bytes = readFileSync(path);
  searchBytes(bytes, 0, bytes.length, ({ secret }) => {
    const where = place === 'lib/python' ? 'test/' : place;
    known.set(where, (known.get(where) ?? new Set()).add(hashSecret(secret).slice(0, 24)));
  });
}
const rows = [...known]
  .toSorted(([one], [other]) => (one < other ? -1 : 1))
  .map(
    ([place, hashes]) =>
      `  [\n    '${place}',\n    [\n${[...hashes]
        .sort()
        .map((hash) => `      '${hash}',\n`)
        .join('')}    ],\n  ],\n`,
  );
writeFileSync(
  new URL('../src/image/secrets/known-keys.ts', import.meta.url),
  `/** Written by script/known-keys.ts: where in a path published test keys lie, and the first 24 digits of each one's sha256. */
export const KNOWN_KEYS: readonly (readonly [string, readonly string[]])[] = [
${rows.join('')}];
`,
);
