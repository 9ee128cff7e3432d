import { judgeHits } from '../../layer-secrets.ts';
import { defineRule } from '../../rule.ts';
import { secretSettings } from '../../secret-finding.ts';

const REMEDY =
  'Keep the file out of the build with `.dockerignore`, give it with RUN --mount=type=secret, and revoke what it holds.';

/** Files whose name says that they hold credentials (`.env`, `.netrc`, kubeconfig, Terraform state, …), confirmed by their content. */
export const secretFiles = defineRule({
  id: 'secret.files',
  title: 'No file made for credentials holds any',
  severity: 'error',
  always: true,
  keys: [],
  kinds: ['service', 'job'],
  needs: ['secrets', 'image'],
  settings: secretSettings,
  check(facts, { settings: { allow } }) {
    return judgeHits('secret.files', facts, allow, REMEDY);
  },
});
