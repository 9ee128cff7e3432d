import type { Config } from '../model/config.ts';
import { Fault } from '../model/fault.ts';
import type { RunRecord } from '../model/record.ts';

/** Throws a Fault for an image of a stack that nobody started with it: what the files say is no proof of what runs. */
export function requireStarted({ stack, file }: Config, name: string, record: RunRecord): void {
  if (stack === undefined || record.stack?.images.includes(name) === false) return;
  if (record.stack?.outcomes.some(({ rule }) => rule === STARTED) === true) return;
  throw new Fault(`the stack was never started with ${name}`, {
    ...(file === undefined ? {} : { where: file }),
    remedy: 'Run slipway stack --checked after slipway check; slipway ship and slipway stage do it themselves.',
  });
}

/** Judged in every run that was to start the stack, whatever came of it. */
const STARTED = 'stack.starts';
