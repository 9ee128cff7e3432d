import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { type DocumentFinding, findingsIn, findingsOf } from '../support/document-findings.ts';

const PAGE = 'docs/documents-findings.md';
const SECTIONS = [
  { title: 'HAYSTACK', system: 'haystack' },
  { title: 'DemeterAI', system: 'demeter' },
  { title: 'DF HealthBench', system: 'healthbench' },
  { title: 'Arakis', system: 'arakis' },
  { title: 'Arakis in development', system: 'arakis', files: ['docker-compose.yml'] },
  { title: 'On-premises RAG', system: 'onprem-rag' },
  {
    title: 'On-premises RAG in development',
    system: 'onprem-rag',
    files: ['docker-compose.yml', 'docker-compose.dev.yml'],
  },
] as const;

interface Row {
  readonly key: string;
  readonly defect: string;
  readonly reason: string;
}

/** The rows of every section of the reviewed list. */
function readPage(): ReadonlyMap<string, readonly Row[]> {
  const text = readFileSync(join(import.meta.dirname, '../..', PAGE), 'utf8');
  const sections = text.split(/^## /m).slice(1);
  return new Map(sections.map((section) => [section.split('\n')[0] ?? '', rowsOf(section)]));
}

function rowsOf(section: string): readonly Row[] {
  const lines = section.split('\n').filter((line) => /^\| (?:error|warning) \|/.test(line));
  return lines.map((line) => {
    const [level = '', rule = '', place = '', defect = '', reason = ''] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', ''));
    return { key: `${level} ${rule} ${place}`, defect, reason };
  });
}

function keyOf({ level, rule, place }: DocumentFinding): string {
  return `${level} ${rule} ${place}`;
}

const page = readPage();

test('the list has a section for each original and nothing else', () => {
  const judged = [...page].filter(([, rows]) => rows.length > 0).map(([title]) => title);
  expect(judged).toEqual(SECTIONS.map(({ title }) => title));
});

for (const { title, system, ...more } of SECTIONS) {
  test(`${title}: what is reported on the original is what the reviewed list has, each with its reason`, async () => {
    const rows = page.get(title) ?? [];
    const found = await findingsOf(system, 'files' in more ? more.files : undefined);
    expect([...new Set(found.map(keyOf))].toSorted()).toEqual(rows.map(({ key }) => key).toSorted());
    expect(rows.filter(({ reason }) => reason.length < 20)).toEqual([]);
  }, 60_000);
}

test('each of the eight defects is among them, with its line', () => {
  const defects = [...page].flatMap(([title, rows]) =>
    rows.filter(({ defect }) => /^\d$/.test(defect)).map(({ defect, key }) => `${defect} ${title}: ${key}`),
  );
  const numbers = new Set(defects.map((each) => each.charAt(0)));
  expect([...numbers].toSorted()).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
});

test('the repaired twin of HAYSTACK, its compose file included, has no error left', async () => {
  const directory = join(import.meta.dirname, '../../docker/haystack');
  const found = await findingsIn(directory, ['docker-compose.yml'], { POSTGRES_PASSWORD: 'any' });
  expect(found.filter(({ level }) => level === 'error')).toEqual([]);
}, 60_000);
