import { failWith } from '../../findings.ts';
import { defineStackRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';
import { hasHealth } from '../../stack-services.ts';

/** The short form of `depends_on` waits for a process, not for a service that answers. */
export const composeDependsHealth = defineStackRule({
  id: 'compose.depends-health',
  title: 'Who depends on a service with a health check waits for it to be healthy',
  severity: 'warning',
  settings: noSettings,
  check({ services }) {
    const healthy = new Set(services.filter(hasHealth).map(({ name }) => name));
    const findings = services.flatMap(({ name, dependencies }) =>
      dependencies
        .filter(({ service, condition }) => condition === 'service_started' && healthy.has(service))
        .map(({ service, place }) => ({
          message: `${name} starts as soon as ${service} is started, although ${service} can say when it is healthy`,
          seen: 'service_started',
          allowed: 'service_healthy',
          place,
          remedy: `Write \`depends_on: { ${service}: { condition: service_healthy } }\`.`,
        })),
    );
    return failWith(findings);
  },
});
