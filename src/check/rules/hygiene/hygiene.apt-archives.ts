import { judgeLeftovers } from '../../leftovers.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

const ARCHIVES = /^var\/cache\/apt\/(?:archives\/.+\.deb|archives\/partial\/.+|(?:src)?pkgcache\.bin)$/;

/** Downloaded packages and apt's binary caches, in the final file system or hidden in a layer. */
export const hygieneAptArchives = defineRule({
  id: 'hygiene.apt-archives',
  title: 'Downloaded Debian packages are not shipped',
  severity: 'warning',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['files', 'waste', 'image'],
  settings: noSettings,
  check(facts) {
    return judgeLeftovers(facts, {
      what: 'apt’s downloads and caches',
      matches: (path) => ARCHIVES.test(path),
      remedy: 'End the RUN that installs with `apt-get clean`, or mount a cache at /var/cache/apt.',
    });
  },
});
