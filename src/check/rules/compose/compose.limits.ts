import { failWith } from '../../findings.ts';
import { defineStackRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';
import { isOneShot } from '../../../model/one-shot.ts';

/** One service without a limit can take the memory of all the others: the kernel then ends any of them. */
export const composeLimits = defineStackRule({
  id: 'compose.limits',
  title: 'Every service has a memory limit',
  severity: 'warning',
  settings: noSettings,
  check(compose) {
    const findings = compose.services
      .filter((service) => service.memoryLimit === undefined && !isOneShot(service, compose))
      .map(({ name, place }) => ({
        message: `${name} has no memory limit: it can take what the other services need`,
        seen: 'no limit',
        place,
        remedy: 'Write `deploy: { resources: { limits: { memory: … } } }` (or `mem_limit`).',
      }));
    return failWith(findings);
  },
});
