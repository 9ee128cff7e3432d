// Preloaded into the tool (node --import) by script/bench: counts the programs it starts and the stored blobs it opens,
// and writes both to the file named by BENCH_COUNTS when the process ends.
import { subscribe } from 'node:diagnostics_channel';
import { writeFileSync } from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';

const file = process.env['BENCH_COUNTS'];
const programs: string[] = [];
const blobs: string[] = [];

subscribe('child_process', (message) => {
  const { process: child } = message as { process: { spawnfile?: string; spawnargs?: string[] } };
  // Published before the program is started: its name is there only afterwards.
  queueMicrotask(() =>
    programs.push([basename(child.spawnfile ?? '?'), ...(child.spawnargs ?? []).slice(1, 3)].join(' ')),
  );
});

const original = promises.open;
promises.open = (path, flags, mode) => {
  const digest = /\/sha256\/([0-9a-f]{64})$/.exec(String(path))?.[1];
  if (digest !== undefined && (flags === undefined || flags === 'r')) blobs.push(`sha256:${digest}`);
  return original(path, flags, mode);
};
syncBuiltinESMExports();

process.on('exit', () => {
  if (file !== undefined) writeFileSync(file, JSON.stringify({ programs, blobs }));
});
