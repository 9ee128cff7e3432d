import type { ComposeService } from '../model/compose-facts.ts';

/** Whether compose can tell that the service is ready, as far as its files and Dockerfile say. */
export function hasHealth({ healthcheck, build }: ComposeService): boolean {
  if (healthcheck?.disabled === true) return false;
  return (healthcheck?.test.length ?? 0) > 0 || build?.healthcheck === true;
}
