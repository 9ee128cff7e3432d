import type { ComposeBuild } from '../../../model/compose-facts.ts';
import { failWith } from '../../findings.ts';
import { defineStackRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';
import { isOneShot } from '../../../model/one-shot.ts';
import { hasHealth } from '../../stack-services.ts';

/** Without a health check "up" means that a process exists; nothing can wait for it to be ready. */
export const composeHealthcheck = defineStackRule({
  id: 'compose.healthcheck',
  title: 'Every service has a health check',
  severity: 'warning',
  settings: noSettings,
  check(compose) {
    const findings = compose.services
      .filter((service) => !hasHealth(service) && !isOneShot(service, compose))
      .map(({ name, place, healthcheck, build }) => {
        const disabled = healthcheck?.disabled === true;
        const missing = build === undefined ? 'has no healthcheck' : `has no healthcheck, ${inDockerfile(build)}`;
        return {
          message: `${name} ${disabled ? 'has its health check turned off' : missing}: nothing can tell when it is ready or stuck`,
          seen: disabled ? 'disabled' : 'no healthcheck',
          place: disabled ? healthcheck.place : place,
          remedy: 'Add `healthcheck:` with a test that asks the service itself; an image may have its own already.',
        };
      });
    return failWith(findings);
  },
});

function inDockerfile({ healthcheck }: ComposeBuild): string {
  return healthcheck === undefined ? 'and its Dockerfile cannot be read' : 'nor a HEALTHCHECK in its Dockerfile';
}
