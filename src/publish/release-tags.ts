import { shortDigest } from '../model/digest.ts';
import type { ImageSink } from '../model/effects.ts';
import { findNewerRelease, type ReleaseTag } from '../model/release-version.ts';
import type { Follow } from './move-tag.ts';

/** A tag that follows releases: the tags of the repository say which there are. */
export function followReleases(moving: ReleaseTag, sink: ImageSink): Follow {
  const explain = (newer: string): string => `${newer} is there already and newer than ${moving.version}`;
  return {
    judge: async (there) => {
      const newer = findNewerRelease(moving, await sink.listTags());
      if (newer !== undefined) return { action: 'kept', reason: explain(newer) };
      const reason = `pointed to ${shortDigest(there)}; no release there is newer than ${moving.version}`;
      return { action: 'move', reason };
    },
    findSuccessor: async () => {
      const newer = findNewerRelease(moving, await sink.listTags());
      const manifest = newer === undefined ? undefined : await sink.manifest(newer);
      return newer === undefined || manifest === undefined ? undefined : { manifest, reason: explain(newer) };
    },
  };
}
