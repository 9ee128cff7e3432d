import { judgeLeftovers } from '../../leftovers.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

const LISTS = /^var\/lib\/apt\/lists\/(?!lock$|partial$|auxfiles$).+/;

/** apt's package lists in the final file system or hidden in a layer; files are looked at, so that a cache mount passes. */
export const hygieneAptLists = defineRule({
  id: 'hygiene.apt-lists',
  title: 'apt’s package lists are not shipped',
  severity: 'warning',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['files', 'waste', 'image'],
  settings: noSettings,
  check(facts) {
    return judgeLeftovers(facts, {
      what: 'apt’s package lists',
      matches: (path) => LISTS.test(path),
      remedy:
        'End the RUN that calls apt-get update with `rm -rf /var/lib/apt/lists/*`, or mount a cache at /var/lib/apt.',
    });
  },
});
