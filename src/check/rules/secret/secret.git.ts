import { judgeHits } from '../../layer-secrets.ts';
import { defineRule } from '../../rule.ts';
import { secretSettings } from '../../secret-finding.ts';

const REMEDY = 'Add `.git` to `.dockerignore`, check out with `persist-credentials: false`, and revoke the token.';

/** The header that actions/checkout writes into `.git/config`, and passwords in remote URLs. */
export const secretGit = defineRule({
  id: 'secret.git',
  title: 'No git configuration holds a credential',
  severity: 'error',
  always: true,
  keys: [],
  kinds: ['service', 'job'],
  needs: ['secrets', 'image'],
  settings: secretSettings,
  check(facts, { settings: { allow } }) {
    return judgeHits('secret.git', facts, allow, REMEDY);
  },
});
