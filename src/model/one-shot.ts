import type { ComposeFacts, ComposeService } from './compose-facts.ts';

const RUNS_ONCE = /(?:^|[-_])(?:init|setup|seed|seeder|migrate|migrations?|bootstrap|create-?buckets?)(?:[-_]|$)/;

/**
 * Whether the service runs to an end: another waits for that (a migration, an initial load), or it is named like one and
 * nothing restarts it.
 */
export function isOneShot({ name, restart }: ComposeService, { services }: ComposeFacts): boolean {
  if (RUNS_ONCE.test(name) && (restart === undefined || /^(?:no|none|on-failure)/.test(restart))) return true;
  return services.some(({ dependencies }) =>
    dependencies.some(({ service, condition }) => service === name && condition === 'service_completed_successfully'),
  );
}
