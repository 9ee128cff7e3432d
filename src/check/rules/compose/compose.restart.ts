import { failWith } from '../../findings.ts';
import { defineStackRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';
import { isOneShot } from '../../../model/one-shot.ts';

/** Without a policy a service that crashes once, or a host that reboots, stays down. */
export const composeRestart = defineStackRule({
  id: 'compose.restart',
  title: 'Every service says whether it is started again',
  severity: 'warning',
  settings: noSettings,
  check(compose) {
    const findings = compose.services
      .filter((service) => service.restart === undefined && !isOneShot(service, compose))
      .map(({ name, place }) => ({
        message: `${name} has no restart policy: after a crash or a reboot it stays down`,
        seen: 'no restart',
        place,
        remedy: 'Write `restart: unless-stopped`, or `restart: "no"` where that is meant.',
      }));
    return failWith(findings);
  },
});
