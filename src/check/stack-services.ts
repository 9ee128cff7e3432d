import type { ComposeFacts, ComposeService } from '../model/compose-facts.ts';

/** Whether another service waits for this one to end: a migration, an initial load. */
export function isOneShot(name: string, { services }: ComposeFacts): boolean {
  return services.some(({ dependencies }) =>
    dependencies.some(({ service, condition }) => service === name && condition === 'service_completed_successfully'),
  );
}

/** Whether compose can tell that the service is ready, as far as its files and Dockerfile say. */
export function hasHealth({ healthcheck, build }: ComposeService): boolean {
  if (healthcheck?.disabled === true) return false;
  return (healthcheck?.test.length ?? 0) > 0 || build?.healthcheck === true;
}
