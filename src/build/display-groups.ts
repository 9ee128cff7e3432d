import { randomBytes } from 'node:crypto';
import { disarmCommands } from '../model/runner-commands.ts';
import { formatOutcome, isBookkeeping, type Display, type Wording } from './wording.ts';
import type { Step } from './progress.ts';

/** Characters of one image's log that are kept for its group. */
const KEPT = 4_000_000;

interface Group {
  readonly lines: string[];
  size: number;
  dropped: number;
}

/**
 * A line per finished step as it happens, and at the end a group for each image with all it printed.
 * Output of user programs stands between `::stop-commands::<random>` tokens, so that no line of it is a command to the runner
 * (GitHub, "Workflow commands", "Stopping and starting workflow commands").
 */
export function makeGroupDisplay({ output, images, imagesOf, label, title, mask }: Wording): Display {
  const groups = new Map<string, Group>(images.map((image) => [image, { lines: [], size: 0, dropped: 0 }]));
  const keep = (step: Step, line: string): void => {
    for (const image of imagesOf(step)) addLine(groups.get(image), line);
  };
  return {
    started(step) {
      if (!isBookkeeping(step)) keep(step, `${label(step)}: ${title(step)}`);
    },
    finished(step) {
      if (isBookkeeping(step)) return;
      const line = `${label(step)}: ${formatOutcome(step)} ${title(step)}`;
      keep(step, line);
      output.stderr(`${disarmCommands(line)}\n`);
    },
    logged(step, line) {
      keep(step, `${label(step)} | ${mask(line)}`);
    },
    end() {
      for (const [image, group] of groups) output.stderr(renderGroup(image, group));
      return Promise.resolve();
    },
  };
}

function addLine(group: Group | undefined, line: string): void {
  if (group === undefined) return;
  group.lines.push(line);
  group.size += line.length + 1;
  while (group.size > KEPT) {
    group.size -= (group.lines[group.dropped]?.length ?? 0) + 1;
    group.lines[group.dropped] = '';
    group.dropped += 1;
  }
}

function renderGroup(image: string, { lines, dropped }: Group): string {
  if (lines.length === 0) return '';
  const token = randomBytes(16).toString('hex');
  const note = dropped === 0 ? [] : [`(${String(dropped)} earlier lines left out)`];
  const body = [...note, ...lines.slice(dropped)];
  return `::group::Build of ${image}\n::stop-commands::${token}\n${body.join('\n')}\n::${token}::\n::endgroup::\n`;
}
