import type { RunRecord } from '../model/record.ts';

/** The command that comes to the same verdict on a laptop. */
export function reproduceCommand({ run, config, images }: RunRecord): string {
  const command = ['publish', 'gate', 'stage'].includes(run.command) ? 'check' : run.command;
  const given = images.flatMap((image) => image.given ?? []);
  const words = ['slipway', command, ...given, ...(config.file === undefined ? [] : ['--config', config.file])];
  return words.map(quote).join(' ');
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
