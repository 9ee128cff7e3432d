import { z } from 'zod';
import type { FileEntry } from '../../../model/facts.ts';
import type { Finding } from '../../../model/verdict.ts';
import {
  failWithFew,
  placeInImage,
  selectEntries,
  showMode,
  showPath,
  splitByBase,
  storedPath,
} from '../../path-findings.ts';
import { defineRule } from '../../rule.ts';

const settings = z.strictObject({
  allow: z.array(z.string()).default([]).describe('Programs that need the bit, by their absolute path.'),
});

/** What Debian's and Alpine's own base images carry: presumed to be the base's where nobody knows which layers are. */
const DISTRIBUTION =
  /^(?:usr\/)?s?bin\/(?:bbsuid|chage|chfn|chsh|expiry|gpasswd|mount|newgrp|passwd|su|umount|unix_chkpwd|wall)$/;

/** Regular files of the merged view with setuid, setgid or file capabilities, the base image's set aside: execve(2) gives their rights to any user. */
export const userSetuid = defineRule({
  id: 'user.setuid',
  title: 'No program of the image’s own hands out another user’s rights',
  severity: 'warning',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['files', 'image'],
  settings,
  check({ files, image }, { settings: { allow } }) {
    const allowed = new Set(allow.map(storedPath));
    const { own, inherited } = splitByBase(selectEntries(files.entries(), isPrivileged));
    const baseKnown = image.layers.some(({ base }) => base);
    const findings = own
      .filter(({ path }) => !allowed.has(path) && (baseKnown || !DISTRIBUTION.test(path)))
      .map(describe);
    return failWithFew(findings, `none of its own, ${String(inherited)} in the base image`);
  },
});

function isPrivileged({ kind, mode, capability }: FileEntry): boolean {
  return kind === 'file' && ((mode & 0o6000) !== 0 || capability);
}

function describe({ path, mode, uid, gid, capability }: FileEntry): Finding {
  const rights = [
    ...((mode & 0o4000) === 0 ? [] : [`as uid ${String(uid)} (setuid)`]),
    ...((mode & 0o2000) === 0 ? [] : [`with gid ${String(gid)} (setgid)`]),
    ...(capability ? ['with file capabilities'] : []),
  ];
  return {
    message: `${showPath(path)} runs ${rights.join(', ')}, whoever starts it`,
    seen: showMode(mode),
    allowed: 'neither setuid, setgid nor capabilities',
    ...placeInImage(path),
    remedy: 'Do not install the program, or take the rights away in the RUN that installs it (chmod a-s, setcap -r).',
  };
}
