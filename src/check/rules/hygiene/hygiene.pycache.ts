import { findAppFolders, isAppPath } from '../../app-paths.ts';
import { judgeLeftovers } from '../../leftovers.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** Byte code in the app's own folders, mostly copied from a developer's machine; that of the standard library and of packages is meant. */
export const hygienePycache = defineRule({
  id: 'hygiene.pycache',
  title: 'No stray Python byte code lies in the app’s folders',
  severity: 'off',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['files', 'waste', 'image'],
  settings: noSettings,
  check(facts) {
    const folders = findAppFolders(facts.image);
    return judgeLeftovers(facts, {
      what: 'Python byte code',
      matches: (path) => /(?:__pycache__\/[^/]+|\.py[co])$/.test(path) && isAppPath(path, folders),
      remedy: 'Put `**/__pycache__` and `**/*.pyc` into .dockerignore and set PYTHONDONTWRITEBYTECODE=1.',
    });
  },
});
