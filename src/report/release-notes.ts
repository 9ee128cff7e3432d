import { markdownTable } from 'markdown-table';
import type { ImageRecord, RunRecord } from '../model/record.ts';
import { formatSize } from '../model/size.ts';
import { toMarkdown } from './escape.ts';
import { headlineOf } from './headline.ts';

/** What stands between them is ours; GitHub shows neither. */
const BEGIN = '<!-- slipway: images -->';
const END = '<!-- slipway: end -->';
/** GitHub takes 125,000 characters; what people wrote is theirs. */
const LIMIT = 125_000;

/** The section of a release about its images: what to pull by digest, how large it is, and that it was proven; undefined where nothing was published. */
export function renderReleaseNotes(record: RunRecord): string | undefined {
  const published = record.images.filter((image) => image.published !== undefined);
  if (published.length === 0) return undefined;
  const table = markdownTable([['image', 'size (download / unpacked)', 'tags', 'by digest'], ...published.map(rowOf)], {
    alignDelimiters: false,
  });
  return `## Images\n\n${toMarkdown(headlineOf(record))}\n\n${table}`;
}

function rowOf({ name, sizes, published }: ImageRecord): string[] {
  const size = sizes === undefined ? '–' : `${formatSize(sizes.download)} / ${formatSize(sizes.unpacked)}`;
  const tags = (published?.tags ?? []).filter(({ action }) => action !== 'kept' && action !== 'undecided');
  return [
    toMarkdown(name),
    size,
    toMarkdown(tags.map(({ tag }) => tag).join(', ')),
    toMarkdown(published?.reference ?? ''),
  ];
}

/** The notes with our section in the place of the one that was there, else after what people wrote. Undefined where there is no room. */
export function mergeReleaseNotes(notes: string, section: string): string | undefined {
  const block = `${BEGIN}\n${section}\n${END}`;
  const begin = notes.indexOf(BEGIN);
  const end = notes.indexOf(END, begin);
  const merged =
    begin < 0 || end < 0
      ? `${notes.trimEnd()}${notes.trim() === '' ? '' : '\n\n'}${block}\n`
      : `${notes.slice(0, begin)}${block}${notes.slice(end + END.length)}`;
  return merged.length <= LIMIT ? merged : undefined;
}
