import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

const NUMERIC = /^\d+(?::\d+)?$/;

/** USER is written in numbers: a kubelet cannot tell from a name whether `runAsNonRoot` holds. */
export const userNumeric = defineRule({
  id: 'user.numeric',
  title: 'USER is a number, as Kubernetes needs it',
  severity: 'warning',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['image'],
  instruction: 'USER',
  settings: noSettings,
  check({ image }) {
    const { user } = image.config;
    if (NUMERIC.test(user)) return { status: 'passed', seen: user };
    const message =
      user === ''
        ? 'no USER is set: Kubernetes refuses the image under runAsNonRoot'
        : `USER "${user}" is not a number: Kubernetes cannot verify runAsNonRoot`;
    const remedy = 'Write the uid, and the gid if there is one, as numbers: USER 10001:10001.';
    return { status: 'failed', findings: [{ message, seen: user, allowed: 'uid or uid:gid', remedy }] };
  },
});
