import { formatPlace } from '../model/place.ts';
import type { ImageRecord, JudgedRecord, OutcomeRecord, RunRecord } from '../model/record.ts';
import { isBlocking } from '../model/verdict.ts';
import { toHtml } from './escape.ts';
import { findingText } from './rule-words.ts';

type CaseState = 'passed' | 'failure' | 'error' | 'skipped';
interface Case {
  readonly suite: string;
  readonly name: string;
  readonly state: CaseState;
  /** One line. */
  readonly message?: string;
  readonly text?: string;
}
interface Suite {
  readonly name: string;
  /** Seconds. */
  readonly time: number;
  readonly cases: readonly Case[];
}

/**
 * The record as JUnit XML, as CI servers read it: a suite per image, a case per rule.
 * A rule that could not decide is an error; waived and skipped rules are skipped; a warning passes, with its text as output: it blocks nothing.
 */
export function renderJunit(record: RunRecord): string {
  const suites = [...record.images.map(imageSuite), ...stackSuite(record), ...problemSuite(record)];
  const all = suites.flatMap(({ cases }) => cases);
  const took = Date.parse(record.run.finishedAt) - Date.parse(record.run.startedAt);
  const seconds = Number.isFinite(took) ? took / 1000 : 0;
  const head = `<testsuites name="slipway ${toHtml(record.run.command)}" ${counts(all)} time="${seconds.toFixed(3)}">`;
  const body = suites.map((suite) => renderSuite(suite, record.run.startedAt));
  return `${['<?xml version="1.0" encoding="UTF-8"?>', head, ...body, '</testsuites>'].join('\n')}\n`;
}

function imageSuite(image: ImageRecord): Suite {
  const outcomes = image.outcomes.map((outcome) => outcomeCase(image, outcome));
  return { name: image.name, time: (image.build?.elapsed ?? 0) / 1000, cases: [...buildCase(image), ...outcomes] };
}

function stackSuite({ stack }: RunRecord): Suite[] {
  if (stack === undefined) return [];
  return [{ name: stack.name, time: 0, cases: stack.outcomes.map((outcome) => outcomeCase(stack, outcome)) }];
}

function buildCase(image: ImageRecord): Case[] {
  const base = { suite: image.name, name: 'build' };
  const failure = image.build?.failure;
  if (failure !== undefined) {
    const place = failure.file === undefined ? [] : [formatPlace({ file: failure.file, line: failure.line })];
    const text = [...place, failure.command ?? '', ...failure.log].filter((line) => line !== '').join('\n');
    return [{ ...base, state: 'failure', message: failure.message, text }];
  }
  if (image.status === 'not-built')
    return [{ ...base, state: 'skipped', message: image.build?.note ?? image.blocked.join(', ') }];
  return image.build === undefined ? [] : [{ ...base, state: 'passed' }];
}

function outcomeCase(image: JudgedRecord, outcome: OutcomeRecord): Case {
  const base = { suite: image.name, name: outcome.rule };
  const message = outcome.reason ?? outcome.findings[0]?.message ?? '';
  const text = outcome.findings
    .map((finding) => withPlace(findingText(image, outcome, finding), finding.place))
    .join('\n');
  switch (outcome.status) {
    case 'passed':
      return { ...base, state: 'passed', ...(outcome.seen === undefined ? {} : { text: outcome.seen }) };
    case 'skipped':
    case 'waived':
      return { ...base, state: 'skipped', message: `${outcome.status}: ${message}` };
    case 'failed':
    case 'undecided':
      if (!isBlocking(outcome)) return { ...base, state: 'passed', text: `warning: ${text === '' ? message : text}` };
      return { ...base, state: outcome.status === 'failed' ? 'failure' : 'error', message, text };
  }
}

function withPlace(text: string, place: Parameters<typeof formatPlace>[0] | undefined): string {
  return place === undefined ? text : `${formatPlace(place)}\n${text}`;
}

function problemSuite({ problems }: RunRecord): Suite[] {
  if (problems.length === 0) return [];
  const cases = problems.map(({ kind, message, details = [], where, remedy }): Case => {
    const text = [where, ...details, remedy].filter((part) => part !== undefined).join('\n');
    return { suite: 'run', name: kind, state: 'error', message, text };
  });
  return [{ name: 'run', time: 0, cases }];
}

function renderSuite({ name, time, cases }: Suite, startedAt: string): string {
  const head = `  <testsuite name="${toHtml(name)}" ${counts(cases)} time="${time.toFixed(3)}" timestamp="${toHtml(startedAt)}">`;
  return [head, ...cases.map(renderCase), '  </testsuite>'].join('\n');
}

function counts(cases: readonly Case[]): string {
  const count = (state: CaseState): string => String(cases.filter((entry) => entry.state === state).length);
  return `tests="${String(cases.length)}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`;
}

function renderCase({ suite, name, state, message, text }: Case): string {
  const open = `    <testcase classname="${toHtml(suite)}" name="${toHtml(name)}"`;
  const attribute = message === undefined ? '' : ` message="${toHtml(message.replace(/\s+/g, ' '))}"`;
  if (state === 'passed')
    return text === undefined
      ? `${open}/>`
      : `${open}>\n      <system-out>${toHtml(text)}</system-out>\n    </testcase>`;
  if (state === 'skipped') return `${open}>\n      <skipped${attribute}/>\n    </testcase>`;
  return `${open}>\n      <${state}${attribute} type="${toHtml(name)}">${toHtml(text ?? '')}</${state}>\n    </testcase>`;
}
