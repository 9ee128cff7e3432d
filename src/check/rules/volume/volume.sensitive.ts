import type { FileFacts } from '../../../model/facts.ts';
import type { ImageDescription } from '../../../model/image.ts';
import type { Finding } from '../../../model/verdict.ts';
import { failWithFew, isBelow, storedPath } from '../../path-findings.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** A volume there or below hides what the system needs. */
const SYSTEM = ['bin', 'boot', 'dev', 'lib', 'lib32', 'lib64', 'proc', 'sbin', 'sys'];
/** A volume there hides too much; folders below may hold data. */
const WHOLE = [
  '',
  'etc',
  'home',
  'opt',
  'root',
  'run',
  'tmp',
  'usr',
  'usr/bin',
  'usr/lib',
  'usr/local',
  'usr/sbin',
].concat(['usr/share', 'var', 'var/lib', 'var/run']);
const SOCKET = /(?:^|\/)(?:docker|containerd|podman)\.sock$/;

/** VOLUME names folders of data only: not the system, not the program, not the engine's socket. */
export const volumeSensitive = defineRule({
  id: 'volume.sensitive',
  title: 'No volume covers the system, the program or the engine’s socket',
  severity: 'warning',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['image', 'files'],
  instruction: 'VOLUME',
  settings: noSettings,
  check({ image, files }) {
    const findings = image.config.volumes.flatMap((volume) => judgeVolume(volume, image, files));
    return failWithFew(findings, image.config.volumes.length === 0 ? 'no volume' : image.config.volumes.join(', '));
  },
});

function judgeVolume(volume: string, { config }: ImageDescription, files: FileFacts): Finding[] {
  const path = storedPath(volume);
  // An empty WORKDIR is a place for data: redis works in /data.
  const filled = files.children(path).length > 0;
  const why = explain(path, filled ? storedPath(config.workingDirectory) : '');
  if (why === undefined) return [];
  return [
    {
      message: `VOLUME ${volume} ${why}`,
      seen: volume,
      allowed: 'a folder that holds data only',
      remedy: 'Take the VOLUME line away, or name the folder that the data goes to.',
    },
  ];
}

function explain(path: string, work: string): string | undefined {
  if (SOCKET.test(path)) return 'asks for the engine’s socket: whoever has it is root on the host';
  if (WHOLE.includes(path) || isBelow(path, SYSTEM)) return 'covers a folder of the system';
  if (work !== '' && isBelow(work, [path])) {
    return 'covers the program: a container that keeps the volume runs the old program after an update';
  }
  return undefined;
}
