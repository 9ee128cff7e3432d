import { z } from 'zod';
import { judgeLeftovers } from '../../leftovers.ts';
import { defineRule } from '../../rule.ts';
import { sizeSetting } from '../../settings.ts';

const settings = z.strictObject({
  allow: sizeSetting.default(1_000_000).describe('Bytes of caches that are tolerated in all.'),
});

/** What installers keep for the next install, which never comes; by the places their documentation names. */
const CACHES: readonly RegExp[] = [
  /(?:^|\/)\.cache\/(?:pip|uv|pypoetry|pipenv|yarn|pnpm|go-build|composer|node-gyp|deno|bun)\//,
  /(?:^|\/)\.npm\/(?:_cacache|_logs|_npx)\//,
  /(?:^|\/)\.local\/share\/pnpm\/store\//,
  /^usr\/local\/share\/\.cache\/yarn\//,
  /(?:^|\/)go\/pkg\/mod\/cache\//,
  /(?:^|\/)\.?cargo\/registry\/(?:cache|src|index)\//,
  /(?:^|\/)(?:mini|ana)?(?:conda|forge|mamba)3?\/pkgs\/.+\.(?:conda|tar\.bz2)$/,
  /^var\/cache\/(?:apk|dnf|yum|zypp|pacman)\/.+/,
  /^etc\/apk\/cache\//,
  /(?:^|\/)\.(?:gem|bundle)\/cache\//,
];

/** Package installers' caches in the image's own layers, seen or hidden. */
export const hygienePackageCaches = defineRule({
  id: 'hygiene.package-caches',
  title: 'Installers’ caches are not shipped',
  severity: 'warning',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['files', 'waste', 'image'],
  settings,
  check(facts, { settings: { allow } }) {
    return judgeLeftovers(facts, {
      what: 'installer caches',
      matches: (path) => CACHES.some((cache) => cache.test(path)),
      allow,
      remedy:
        'Use a cache mount (RUN --mount=type=cache,target=…), or the installer’s own switch: pip --no-cache-dir, apk --no-cache, npm cache clean in the same RUN.',
    });
  },
});
