import {
  known,
  type Fact,
  type ProbeLog,
  type ProcessFacts,
  type RunLogs,
  type ServiceFacts,
} from '../../model/facts.ts';
import type { Redaction } from '../../model/redaction.ts';

interface Observation {
  readonly service: Fact<ServiceFacts>;
  readonly processes: Fact<ProcessFacts>;
  readonly logs: Fact<RunLogs>;
}

/** Takes values that came from outside out of every text a container could have printed them into. */
export function redactObservation(observed: Observation, redact: Redaction): Observation {
  return {
    service:
      observed.service.state === 'known' ? known(redactService(observed.service.value, redact)) : observed.service,
    processes: redactProcesses(observed.processes, redact),
    logs: observed.logs.state === 'known' ? known({ lines: observed.logs.value.lines.map(redact) }) : observed.logs,
  };
}

/** A command line is an argv of the container: a password may stand in it. */
export function redactProcesses(fact: Fact<ProcessFacts>, redact: Redaction): Fact<ProcessFacts> {
  if (fact.state !== 'known') return fact;
  const processes = fact.value.processes.map((process) => ({ ...process, command: redact(process.command) }));
  return known({ ...fact.value, processes });
}

function redactService(facts: ServiceFacts, redact: Redaction): ServiceFacts {
  const hide = (log: readonly ProbeLog[]): readonly ProbeLog[] =>
    log.map((entry) => ({ ...entry, output: redact(entry.output) }));
  const { stability } = facts.health;
  return {
    ...facts,
    health: {
      ...facts.health,
      log: hide(facts.health.log),
      ...(stability === undefined ? {} : { stability: { ...stability, failures: hide(stability.failures) } }),
    },
    http: facts.http.map((entry) => ({
      ...entry,
      problems: entry.problems.map(redact),
      ...(entry.lastBody === undefined ? {} : { lastBody: redact(entry.lastBody) }),
    })),
    log: facts.log.map(redact),
  };
}
