import type { Format } from './formats.ts';

/** Reports the action can leave as files, each under a fixed name beside the record. */
export const REPORT_FORMATS = ['sarif', 'junit', 'html', 'json', 'markdown'] as const satisfies readonly Format[];

const NAMES: Readonly<Record<(typeof REPORT_FORMATS)[number], string>> = {
  sarif: 'slipway.sarif',
  junit: 'junit.xml',
  html: 'report.html',
  json: 'report.json',
  markdown: 'report.md',
};

/** Where a report lies in an output folder. Joined by hand for the reason given in record-file.ts. */
export function reportFileIn(output: string, format: (typeof REPORT_FORMATS)[number]): string {
  return [output, NAMES[format]].join('/');
}
