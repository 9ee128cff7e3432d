import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const TOOLS = join(import.meta.dirname, '../../../script/setup.d/workflow-tools.sh');

/** Path of nektos/act, built the first time; undefined where there is no Go to build it with. */
export function findAct(): string | undefined {
  try {
    const options = { encoding: 'utf8' as const, timeout: 5 * 60_000 };
    return execFileSync('bash', ['-c', `. '${TOOLS}'; ensure_act`], options).trim();
  } catch {
    return undefined;
  }
}
