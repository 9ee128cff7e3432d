import { formatSize } from '../../../model/size.ts';
import type { StackServiceFacts } from '../../../model/facts.ts';
import { failWith } from '../../findings.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** A limit that is declared is one the engine enforces. */
export const stackLimits = defineRule({
  id: 'stack.limits',
  title: 'The engine enforces the limits that the stack declares',
  severity: 'error',
  keys: ['stack.files'],
  kinds: ['stack'],
  needs: ['stack'],
  settings: noSettings,
  check({ stack: { services } }) {
    const limited = services.filter(({ declared, state }) => Object.keys(declared).length > 0 && state !== 'waiting');
    if (limited.length === 0) return { status: 'skipped', reason: 'no started service declares a limit' };
    const findings = limited.flatMap((service) =>
      differences(service).map((difference) => ({
        message: `${service.name} ${difference}`,
        place: service.place,
        remedy: 'Write the limit as deploy.resources.limits, which every compose since 2.0 enforces.',
      })),
    );
    return failWith(findings, limited.map(describeLimits).join('; '));
  },
});

function differences({ declared, inForce }: StackServiceFacts): string[] {
  const memory = declared.memory === undefined || declared.memory === inForce.memory;
  const cpus = declared.cpus === undefined || Math.abs(declared.cpus - (inForce.cpus ?? 0)) < 0.01;
  return [
    ...(memory
      ? []
      : [`declares ${formatSize(declared.memory ?? 0)} of memory, and ${sayMemory(inForce.memory)} is in force`]),
    ...(cpus ? [] : [`declares ${String(declared.cpus)} CPUs, and ${String(inForce.cpus ?? 'no limit')} is in force`]),
  ];
}

function sayMemory(bytes: number | undefined): string {
  return bytes === undefined ? 'no limit' : formatSize(bytes);
}

function describeLimits({ name, inForce: { memory, cpus } }: StackServiceFacts): string {
  const parts = [
    ...(memory === undefined ? [] : [formatSize(memory)]),
    ...(cpus === undefined ? [] : [`${String(cpus)} CPUs`]),
  ];
  return `${name} ${parts.join(', ')}`;
}
