import type { ComposeFacts } from '../model/compose-facts.ts';
import type { ServiceLimits, StackServiceFacts } from '../model/stack-facts.ts';
import type { StackLogs } from './logs.ts';
import type { MergedModel, MergedService } from './model.ts';
import type { Readiness } from './watch.ts';

interface Measured {
  readonly idle?: ReadonlyMap<string, number>;
  readonly active?: ReadonlyMap<string, number>;
}

/** What was seen of every service, in the order of the files. */
export function describeServices(
  { compose, model }: { readonly compose: ComposeFacts; readonly model: MergedModel },
  { readings, containers }: Readiness,
  names: ReadonlyMap<string, string>,
  logs: StackLogs,
  { idle, active }: Measured,
): readonly StackServiceFacts[] {
  return compose.services.map(({ name, place }) => {
    const states = containers.get(name) ?? [];
    const reading = readings.get(name);
    const [first] = states;
    const image = names.get(name);
    const trouble = reading?.problem === undefined ? undefined : logs.trouble(name);
    const [calm, busy] = [idle?.get(name), active?.get(name)];
    return {
      ...{ name, place, state: reading?.state ?? 'waiting' },
      ...(image === undefined ? {} : { image }),
      ...(reading?.readyAfter === undefined ? {} : { readyAfter: reading.readyAfter }),
      ...(reading?.problem === undefined ? {} : { problem: reading.problem }),
      pending: reading?.verdict === 'waiting' && reading.late !== true,
      restarts: Math.max(0, ...states.map(({ restarts }) => restarts)),
      declared: declaredOf(model.services[name]),
      inForce: first?.limits ?? {},
      memory: { ...(calm === undefined ? {} : { idle: calm }), ...(busy === undefined ? {} : { active: busy }) },
      published: [...new Set(states.flatMap(({ published = [] }) => published))],
      log: logs.tail(name),
      ...(trouble === undefined ? {} : { trouble }),
    };
  });
}

/** Limits as the files declare them, either spelling; compose prints bytes. */
function declaredOf(service: MergedService | undefined): ServiceLimits {
  const limits = service?.deploy?.resources?.limits;
  const memory = Number(limits?.memory ?? service?.mem_limit ?? 0);
  const cpus = Number(limits?.cpus ?? service?.cpus ?? 0);
  return { ...(memory > 0 ? { memory } : {}), ...(cpus > 0 ? { cpus } : {}) };
}
