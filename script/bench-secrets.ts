import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openGitleaks, openSecretlint, ours, type Scanner } from './bench.d/secret-scanners.ts';
import { type Recall, renderSection, replaceSection, type SecretResult } from './bench.d/secret-section.ts';
import { measureSearch } from './bench.d/secret-speed.ts';
import { makeCorpus } from './secrets.d/corpus.ts';

const PAGE = 'docs/performance.md';
const SEEDS = [1, 2, 3, 4, 5];
const USAGE = `node script/bench-secrets.ts [--gitleaks PROGRAM] [--secretlint FOLDER] [--tree FOLDER] [--write]
  --gitleaks PROGRAM   also ask gitleaks (go install github.com/zricethezav/gitleaks/v8@v8.30.1)
  --secretlint FOLDER  also ask secretlint: a folder with @secretlint/core and preset-recommend in node_modules
  --tree FOLDER        also measure speed on a folder of installed Python packages
  --write              also write the section of ${PAGE}
`;

/** Every corpus given to one scanner. */
async function measureRecall(scanner: Scanner, folder: string): Promise<Recall> {
  let [found, fooled, alone] = [0, 0, 0];
  const [seen, all] = [new Set<string>(), new Set<string>()];
  for (const seed of SEEDS) {
    const { positives, traps } = makeCorpus(seed);
    const [right, wrong] = [
      join(folder, scanner.name, String(seed), 'p'),
      join(folder, scanner.name, String(seed), 't'),
    ];
    const hits = await scanner.find(positives, right);
    found += hits.size;
    alone += countOthers(hits, await ours.find(positives, right));
    fooled += (await scanner.find(traps, wrong)).size;
    positives.forEach(({ kind }, index) => {
      all.add(kind);
      if (hits.has(index)) seen.add(kind);
    });
  }
  return { name: scanner.name, found, fooled, alone, missed: [...all].filter((kind) => !seen.has(kind)).sort() };
}

function countOthers(found: ReadonlySet<number>, known: ReadonlySet<number>): number {
  return [...found].filter((index) => !known.has(index)).length;
}

async function measureAll(scanners: readonly Scanner[], tree: string | undefined): Promise<SecretResult> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-secrets-'));
  try {
    const recalls: Recall[] = [];
    for (const scanner of scanners) recalls.push(await measureRecall(scanner, folder));
    const corpora = SEEDS.map(makeCorpus);
    return {
      date: new Date().toISOString().slice(0, 10),
      seeds: SEEDS.length,
      positives: corpora.reduce((sum, { positives }) => sum + positives.length, 0),
      kinds: new Set(corpora.flatMap(({ positives }) => positives.map(({ kind }) => kind))).size,
      traps: corpora.reduce((sum, { traps }) => sum + traps.length, 0),
      recalls,
      ...(tree === undefined ? {} : { speed: await measureSearch(tree) }),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      gitleaks: { type: 'string' },
      secretlint: { type: 'string' },
      tree: { type: 'string' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const peers = [
    ...(values.gitleaks === undefined ? [] : [await openGitleaks(values.gitleaks)]),
    ...(values.secretlint === undefined ? [] : [await openSecretlint(values.secretlint)]),
  ];
  const section = renderSection(await measureAll([ours, ...peers], values.tree));
  process.stdout.write(section);
  if (values.write) await writeFile(PAGE, replaceSection(await readFile(PAGE, 'utf8'), section));
}

await main();
