import type { RunRecord } from '../../src/model/record.ts';
import { hasStandIns, type Records, type Row, type Seen, type System } from './row.ts';

/** docs/systems.md: one table for each system. */
export function writePage(systems: readonly System[], records: Records): string {
  return [
    '# The five reference systems, requirement by requirement',
    '',
    '<!-- Written by `node script/systems.ts` from the records of `script/demo SYSTEM`; change it there. -->',
    '',
    'Every requirement of the documents with its number, the rule or stage that enforces it, what was seen, and the verdict. The numbers are those of one run on the machine that wrote this page; a run of yours prints its own.',
    '',
    'Kinds: **B**uilt, **E**nforced, **M**easured, **P**ublished, **O**utside the pipeline.',
    '',
    '- **met**, **not met**: judged by that rule on the very bytes that were published, or in the running stack.',
    '- **not comparable**: the number depends on the base images, and these were stand-ins (`docker/bases`).',
    '- **infeasible**: the number cannot be reached; the tool’s own message is the evidence.',
    '- **outside**: no part of a pipeline; what to do instead.',
    '- **not seen**: it needs a machine or a run that this page was written without.',
    '',
    ...systems.flatMap((system) => writeSystem(system, records)),
  ].join('\n');
}

function writeSystem({ name, title, rows }: System, records: Records): string[] {
  const record = records.runs.get(name);
  return [
    `## ${title}`,
    '',
    record === undefined ? 'Not run.' : describeRun(name, record),
    '',
    '| # | kind | requirement | enforced by | seen | verdict |',
    '|---|---|---|---|---|---|',
    ...rows.map((row) => writeRow(row, record, records)),
    '',
  ];
}

function describeRun(name: string, record: RunRecord): string {
  const bases = hasStandIns(record) ? 'on stand-in bases' : 'on the public bases';
  const verdict = record.images.every(({ blocked }) => blocked.length === 0) ? 'proven' : 'blocked';
  return `\`docker/${name}\`, ${record.run.startedAt.slice(0, 10)}, ${bases}: ${record.images.map((each) => each.name).join(', ')} ${verdict}.`;
}

function writeRow(row: Row, record: RunRecord | undefined, records: Records): string {
  const seen = row.sources.map((source) => source(record ?? NOT_RUN, records));
  const cells = [
    row.id,
    row.kind,
    row.requirement,
    [...new Set(seen.map(({ where }) => where))].filter((where) => where !== '').join('; ') || '–',
    [...new Set(seen.map(({ value }) => value)), ...(row.outside === undefined ? [] : [row.outside])].join('; '),
    judgeRow(row, seen, record !== undefined && hasStandIns(record)),
  ];
  return `| ${cells.map(escapeCell).join(' | ')} |`;
}

/** Says `not run` of everything, and where it would stand. */
const NOT_RUN: RunRecord = {
  schema: 'slipway-record/v1',
  tool: { name: 'slipway', version: '0' },
  run: { id: '', command: '', startedAt: '', finishedAt: '' },
  source: { event: '', dirty: false, fork: false },
  config: { informational: false },
  publish: { decided: false, reason: '' },
  images: [],
  notes: [],
  problems: [],
};

/** One word for the row; a number on stand-in bases is never called met. */
export function judgeRow(row: Row, seen: readonly Seen[], standIns: boolean): string {
  const judged = seen.flatMap(({ met }) => (met === undefined ? [] : [met]));
  if (row.unreachable !== undefined) return judged.includes(false) ? row.unreachable : 'not seen';
  if (row.sources.length === 0) return 'outside';
  if (judged.includes(false)) return 'not met';
  if (seen.some(({ value }) => value.startsWith('not run'))) return row.outside === undefined ? 'not seen' : 'outside';
  if (judged.length === 0) return row.outside === undefined ? 'not seen' : 'outside';
  return row.ofBase === true && standIns ? 'not comparable' : 'met';
}

function escapeCell(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('|', '\\|').replaceAll('<', '&lt;').trim();
}
