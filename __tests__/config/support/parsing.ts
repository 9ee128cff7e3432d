import { z } from 'zod';
import { parseConfig } from '../../../src/config/parse.ts';
import type { RuleTable } from '../../../src/config/rule-table.ts';
import type { Config, ImageConfig } from '../../../src/model/config.ts';
import { Fault } from '../../../src/model/fault.ts';
import { formatPlace } from '../../../src/model/place.ts';

/** Two rules stand for all: one without settings, one with. */
export const RULE_TABLE: RuleTable = {
  'user.config': { settings: z.strictObject({}), title: 'runs as a non-root user' },
  'size.unpacked': { settings: z.object({ allow: z.array(z.string()).default([]) }), title: 'fits the budget' },
};

export function parse(text: string): Config {
  return parseConfig(text, { file: 'slipway.yml', directory: '/repo', rules: RULE_TABLE });
}

/** The one image of a text that gives its keys indented by four. */
export function parseImage(keys: string): ImageConfig {
  const [image] = parse(`images:\n  api:\n    dockerfile: Dockerfile\n${keys}`).images;
  if (image === undefined) throw new Error('no image');
  return image;
}

/** Every complaint as it is printed, or nothing when the text is accepted. */
export function complaintsOf(text: string): string[] {
  try {
    parse(text);
    return [];
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return error.complaints.map(({ place, message }) => `${place === undefined ? '?' : formatPlace(place)} ${message}`);
  }
}

export function imageComplaints(keys: string): string[] {
  return complaintsOf(`images:\n  api:\n    dockerfile: Dockerfile\n${keys}`);
}
