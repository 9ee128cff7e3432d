import { failWith } from '../../findings.ts';
import { defineStackRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** `cap_add: [ALL]` is `privileged` without the devices. */
export const composeCapAll = defineStackRule({
  id: 'compose.cap-all',
  title: 'No service is given all capabilities',
  severity: 'error',
  settings: noSettings,
  check({ services }) {
    const findings = services.flatMap(({ name, capabilities }) =>
      capabilities
        .filter(({ value }) => /^(?:CAP_)?ALL$/i.test(value))
        .map(({ value, place }) => ({
          message: `${name} is given all capabilities (${value})`,
          seen: value,
          place,
          remedy: 'Name the one capability it needs, such as NET_BIND_SERVICE.',
        })),
    );
    return failWith(findings);
  },
});
