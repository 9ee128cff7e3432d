import { RULES } from '../check/rules/index.ts';
import { mapFact } from '../model/facts.ts';
import type { ImageRecord } from '../model/record.ts';
import type { ServiceFacts } from '../model/run-facts.ts';
import { isBlocking, type RuleOutcome } from '../model/verdict.ts';
import type { ImageState } from './image-state.ts';

type Evidence = NonNullable<ImageRecord['evidence']>;

/** Lines and characters of one that reviewers read; secrets of the run were taken out when the container was watched. */
const LINES = 50;
const LINE_LENGTH = 500;

/** What the containers of an image left, kept where a rule that looked at them blocks it: the annotation shows it. */
export function runEvidence({ outcomes, facts }: ImageState): Pick<ImageRecord, 'evidence'> {
  const service = rulesAbout('service', outcomes);
  if (service.length > 0) {
    const evidence = mapFact(facts.service, (seen) => ({ rules: service, ...ofService(seen) }));
    return evidence === undefined ? {} : { evidence };
  }
  const jobs = rulesAbout('jobs', outcomes);
  const runs = jobs.length === 0 ? undefined : mapFact(facts.jobs, (seen) => seen.runs);
  const failed = runs?.find(({ exitCode, startError }) => exitCode !== 0 || startError !== undefined);
  if (failed === undefined) return {};
  const output = `${failed.stdout}\n${failed.stderr}`.split('\n').filter((line) => line.trim() !== '');
  return { evidence: { rules: jobs, exitCode: failed.exitCode, log: lastLines(output) } };
}

function rulesAbout(fact: 'service' | 'jobs', outcomes: readonly RuleOutcome[]): string[] {
  const looked = new Set(RULES.filter(({ needs }) => (needs as readonly string[]).includes(fact)).map(({ id }) => id));
  return outcomes.filter((outcome) => isBlocking(outcome) && looked.has(outcome.rule)).map(({ rule }) => rule);
}

function ofService({ exitedEarly, health, log, stop }: ServiceFacts): Omit<Evidence, 'rules'> {
  const exitCode = exitedEarly?.exitCode ?? stop?.exitCode;
  const probes = health.log.map((probe) => `exit ${String(probe.exitCode)}: ${probe.output}`);
  return {
    ...(exitCode === undefined ? {} : { exitCode }),
    log: lastLines(log),
    ...(probes.length === 0 ? {} : { health: lastLines(probes) }),
  };
}

function lastLines(lines: readonly string[]): string[] {
  return lines.slice(-LINES).map((line) => line.trimEnd().slice(0, LINE_LENGTH));
}
