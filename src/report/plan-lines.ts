import type { ImageRecord, RunRecord } from '../model/record.ts';
import { formatSize } from '../model/size.ts';

/** What a plan says of each image, as label and text; the same for the terminal and markdown. */
export function planLinesOf(image: ImageRecord): [string, string][] {
  const { context } = image;
  return [
    ['why', image.reason],
    ['tags', image.tags.length === 0 ? 'none' : image.tags.join(', ')],
    ...(context === undefined
      ? []
      : [
          [
            'context',
            `${formatSize(context.bytes)} in ${String(context.files)} ${context.files === 1 ? 'file' : 'files'}`,
          ] satisfies [string, string],
        ]),
  ];
}

/** Whether the record is about a plan alone: nothing was built yet. */
export function isPlan(record: RunRecord): boolean {
  return record.run.command === 'plan';
}

/** Publish or not, where to and why. */
export function publishLine({ publish }: RunRecord): string {
  const target = publish.decided && publish.target !== undefined ? ` to ${publish.target}` : '';
  return `publish: ${publish.decided ? 'yes' : 'skipped'}${target} (${publish.reason})`;
}
