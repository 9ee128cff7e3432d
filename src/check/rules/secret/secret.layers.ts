import { judgeHits } from '../../layer-secrets.ts';
import { defineRule } from '../../rule.ts';
import { secretSettings } from '../../secret-finding.ts';

const REMEDY =
  'Keep the file out of the build (`.dockerignore`, RUN --mount=type=secret) instead of deleting it later, and revoke the secret.';

/** Every layer by itself: what a later one deletes is still pulled. Keys, tokens and passwords by their form, archives one level deep, UTF-16 too. */
export const secretLayers = defineRule({
  id: 'secret.layers',
  title: 'No layer holds a secret, deleted files included',
  severity: 'error',
  always: true,
  keys: [],
  kinds: ['service', 'job'],
  needs: ['secrets', 'image'],
  settings: secretSettings,
  check(facts, { settings: { allow } }) {
    return judgeHits('secret.layers', facts, allow, REMEDY);
  },
});
