import type { AnyRule } from '../../src/check/rule.ts';
import type { StackFacts, StackProbe, StackServiceFacts } from '../../src/model/facts.ts';

/** A service that was ready; change what a test is about. */
export function aStackService(change: Partial<StackServiceFacts> = {}): StackServiceFacts {
  return {
    name: 'api',
    place: { file: 'docker-compose.yml', line: 3, column: 3 },
    state: 'healthy',
    readyAfter: 1200,
    pending: false,
    restarts: 0,
    declared: {},
    inForce: {},
    memory: {},
    published: [],
    log: [],
    ...change,
  };
}

export function aStackProbe(change: Partial<StackProbe> = {}): StackProbe {
  return { what: 'GET http://api/', place: { file: 'slipway.yml', line: 9 }, problems: [], attempts: 1, ...change };
}

/** A stack that went well. */
export function aStack(change: Partial<StackFacts> = {}): StackFacts {
  return {
    services: [aStackService()],
    readyAfter: 1200,
    readyWithin: 60_000,
    hostPorts: [],
    http: [],
    run: [],
    patterns: 0,
    denied: [],
    notes: [],
    ...change,
  };
}

/** What a rule makes of a stack that went well but for the change: its status, and the sentences or the number that come with it. */
export function judgeStackRule(rule: AnyRule, change: Partial<StackFacts> = {}): readonly string[] {
  const judgement = rule.check({ stack: aStack(change) }, { settings: {} });
  if (judgement.status === 'failed') return ['failed', ...judgement.findings.map(({ message }) => message)];
  if (judgement.status === 'passed') return ['passed', judgement.seen ?? ''];
  return [judgement.status, judgement.reason];
}
