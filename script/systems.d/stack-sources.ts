import type { Source } from './row.ts';
import { showBytes, showSeconds } from './show.ts';

/** A command or request inside the running stack whose description matches. */
export function probe(what: RegExp): Source {
  return (record) => {
    const found = record.stack?.run?.probes.find((each) => what.test(each.what));
    if (found === undefined) return { where: 'the stack', value: 'not run' };
    const time = found.elapsed === undefined ? '' : `, ${showSeconds(found.elapsed)}`;
    return { where: 'the stack', value: `${found.what}${time}`, met: found.met };
  };
}

interface MemoryLimits {
  readonly idle: number;
  readonly active: number;
}

/** Memory of the stack's services, idle and under the declared requests; `own`: limits of single services. */
export function memory(limits?: MemoryLimits, own: Readonly<Record<string, MemoryLimits>> = {}): Source {
  return (record) => {
    const services = record.stack?.run?.services ?? [];
    const idle = services.reduce((sum, each) => sum + (each.memory.idle ?? 0), 0);
    const active = services.reduce((sum, each) => sum + (each.memory.active ?? each.memory.idle ?? 0), 0);
    if (idle === 0) return { where: 'the stack', value: 'not run' };
    const each = services
      .filter((service) => service.memory.idle !== undefined)
      .map(
        ({ name, memory: { idle: calm = 0, active: busy = calm } }) => `${name} ${showBytes(calm)}/${showBytes(busy)}`,
      );
    const value = `idle ${showBytes(idle)}, active ${showBytes(active)} (${each.join(', ')})`;
    const single = Object.entries(own).every(([name, most]) => {
      const { idle: calm = 0, active: busy = calm } = services.find((service) => service.name === name)?.memory ?? {};
      return calm <= most.idle && busy <= most.active;
    });
    const met = limits === undefined ? {} : { met: idle <= limits.idle && active <= limits.active && single };
    return { where: 'the stack', value, ...met };
  };
}

/** Milliseconds until the whole stack was ready, and when a service of it was, against a limit. */
export function readyWithin(limit: number, service: string): Source {
  return (record) => {
    const { readyAfter, services = [] } = record.stack?.run ?? {};
    if (readyAfter === undefined) return { where: 'the stack', value: 'not run' };
    const after = services.find(({ name }) => name === service)?.readyAfter ?? 0;
    const waited = Math.max(0, ...services.filter(({ name }) => name !== service).map((each) => each.readyAfter ?? 0));
    const value = `warm: ready after ${showSeconds(readyAfter)} of ${showSeconds(limit)}, ${service} ${showSeconds(Math.max(0, after - waited))} after what it waits for`;
    return { where: 'the stack', value, met: readyAfter <= limit };
  };
}

/** A note about the stack, which was ready in spite of it. */
export function stackNote(what: RegExp): Source {
  return (record) => {
    const found = record.stack?.run?.notes.find((note) => what.test(note));
    return found === undefined
      ? { where: 'the stack', value: 'not run' }
      : { where: 'the stack', value: found, met: record.stack?.run?.readyAfter !== undefined };
  };
}
