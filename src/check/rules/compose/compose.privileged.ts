import { failWith } from '../../findings.ts';
import { defineStackRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** A privileged container has every capability and every device: root in it is root on the host. */
export const composePrivileged = defineStackRule({
  id: 'compose.privileged',
  title: 'No service is privileged',
  severity: 'error',
  settings: noSettings,
  check({ services }) {
    const findings = services.flatMap(({ name, privileged }) =>
      privileged === undefined
        ? []
        : [
            {
              message: `${name} is privileged: it has every capability and every device of the host`,
              seen: 'privileged: true',
              place: privileged,
              remedy: 'Take it out; give the one capability (`cap_add`) or device (`devices`) that is needed.',
            },
          ],
    );
    return failWith(findings);
  },
});
