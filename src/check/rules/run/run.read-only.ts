import { judgeHardened } from '../../hardened-judgement.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** The service is usable when it can write nowhere but to its memory file systems (`tmpfs:`). */
export const runReadOnly = defineRule({
  id: 'run.read-only',
  title: 'The service works on a read-only root file system',
  severity: 'warning',
  keys: ['hardened.read-only'],
  kinds: ['service'],
  needs: ['hardened'],
  settings: noSettings,
  check({ hardened }, { image }) {
    const { written } = hardened;
    const tmpfs = image.tmpfs.length === 0 ? 'without a tmpfs' : `with a tmpfs at ${image.tmpfs.join(', ')}`;
    return judgeHardened(hardened, {
      flag: 'read-only',
      under: `on a read-only root file system ${tmpfs}`,
      allowed: 'writes to a tmpfs or a volume only',
      remedy: adviseOn(written, image.tmpfs),
      ...(written.length === 0 ? {} : { detail: `; it writes to ${written.join(', ')}` }),
    });
  },
});

function adviseOn(written: readonly string[], tmpfs: readonly string[]): string {
  const [path] = written;
  if (path === undefined) return 'Find out where it writes (docker diff), and send that to /tmp or a declared tmpfs.';
  const folder = path.slice(0, Math.max(1, path.lastIndexOf('/')));
  return `Send what it writes there elsewhere, or declare the folder: tmpfs: [${[...tmpfs, folder].join(', ')}].`;
}
