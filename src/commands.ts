import { z } from 'zod';
import type { AnyRule } from './check/rule.ts';
import { RULES } from './check/rules/index.ts';
import type { Invocation } from './command-line.ts';
import type { Display, FormatRequest } from './display-flags.ts';
import type { DoctorCheck } from './model/doctor.ts';
import type { Effects } from './model/effects.ts';
import { EXIT, type ExitCode, Fault } from './model/fault.ts';
import { GPU_RULE } from './model/gpu-judgement.ts';
import { mergeRecords } from './model/record-merge.ts';
import { parseRecord } from './model/record-parse.ts';
import type { RunRecord } from './model/record.ts';
import { exitCodeFor } from './model/record-verdict.ts';
import { PROFILES, profileRule } from './model/profiles.ts';
import { nearestWord } from './config/nearest.ts';
import { doctorExitCode, renderDoctor } from './report/doctor.ts';
import { faultLines } from './report/fault.ts';
import { render } from './report/formats.ts';
import { type ListedRule, renderRuleList } from './report/rule-list.ts';
import { orWarn, runSession } from './session.ts';

/** Carries out what was asked for on the command line. Throws a Fault where the user has to act. */
export async function carryOut(effects: Effects, invocation: Invocation, pages: string): Promise<ExitCode> {
  switch (invocation.action) {
    case 'run': {
      const result = await runSession(effects, invocation.request);
      if (result.record !== undefined) await showAnyway(effects, result.record, invocation.display);
      if (result.recordFile !== undefined) effects.output.stderr(`record: ${result.recordFile}\n`);
      else if (result.record !== undefined && result.fault !== undefined)
        effects.output.problem(faultLines(result.fault, effects.output.color));
      return result.exitCode;
    }
    case 'report': {
      const record = await readRecords(effects, invocation.records);
      await show(effects, record, invocation.display);
      return exitCodeFor(record);
    }
    case 'doctor':
      return diagnose(effects, invocation);
    case 'verify':
      return verify(effects, invocation);
    case 'init-google':
      return prepareGoogle(effects, invocation);
    case 'rules':
      effects.output.stdout(renderRuleList(RULES.map(describeRule), invocation.display.formats[0]?.format === 'json'));
      return EXIT.passed;
    case 'explain':
      effects.output.stdout(await explain(effects, invocation.rule, pages));
      return EXIT.passed;
    case 'text':
      effects.output.stdout(invocation.text);
      return invocation.exitCode === 0 ? EXIT.passed : EXIT.fault;
  }
}

type Asked<A extends Invocation['action']> = Extract<Invocation, { action: A }>;

// What only these commands need they import, into the same bundle (`eager`): the others do not wait for it at their start.

async function diagnose(effects: Effects, { asked, display }: Asked<'doctor'>): Promise<ExitCode> {
  const { runDoctor } = await import(/* webpackMode: "eager" */ './pipeline/doctor.ts');
  const checks = await runDoctor(effects, asked);
  showChecks(effects, checks, display);
  return doctorExitCode(checks);
}

async function verify(effects: Effects, { asked, display }: Asked<'verify'>): Promise<ExitCode> {
  const { runVerify } = await import(/* webpackMode: "eager" */ './pipeline/verify.ts');
  const checks = await runVerify(effects, asked);
  showChecks(effects, checks, display);
  return checks.some(({ state }) => state === 'failed') ? EXIT.policy : EXIT.passed;
}

function showChecks({ output }: Effects, checks: readonly DoctorCheck[], { formats, color }: Display): void {
  const json = formats[0]?.format === 'json';
  output.stdout(json ? `${JSON.stringify(checks, null, 2)}\n` : renderDoctor(checks, color));
}

async function prepareGoogle(effects: Effects, { asked }: Asked<'init-google'>): Promise<ExitCode> {
  const { initGoogle } = await import(/* webpackMode: "eager" */ './pipeline/init-google.ts');
  const { renderInitGoogle } = await import(/* webpackMode: "eager" */ './report/init-google.ts');
  effects.output.stdout(renderInitGoogle(await initGoogle(effects, asked)));
  return EXIT.passed;
}

async function show(effects: Effects, record: RunRecord, display: Display): Promise<void> {
  for (const wanted of display.formats) await showOne(effects, record, display, wanted);
}

async function showOne(
  effects: Effects,
  record: RunRecord,
  display: Display,
  { format, file }: FormatRequest,
): Promise<void> {
  const text = render(record, format, {
    ...display,
    color: display.color && file === undefined,
    width: file === undefined ? display.width : undefined,
  });
  if (file === undefined) effects.output.stdout(text);
  else await effects.files.writeAtomic(file, text);
}

/** After a run the verdict stands whatever becomes of the reports: one that cannot be made is a warning. */
async function showAnyway(effects: Effects, record: RunRecord, display: Display): Promise<void> {
  for (const wanted of display.formats)
    await orWarn(effects, `the ${wanted.format} report`, () => showOne(effects, record, display, wanted));
}

async function readRecords(effects: Effects, files: readonly string[]): Promise<RunRecord> {
  const [first, ...rest] = await Promise.all(
    files.map(async (file) => parseRecord(await readRecord(effects, file), file)),
  );
  if (first === undefined) throw new Fault('there is no record to report', { remedy: 'Run slipway check first.' });
  return mergeRecords([first, ...rest]);
}

async function readRecord(effects: Effects, file: string): Promise<string> {
  if ((await effects.files.stat(file)) === undefined)
    throw new Fault('there is no record', {
      where: file,
      remedy: 'Run slipway check or slipway ship first, or name a record.',
    });
  return effects.files.readText(file);
}

async function explain(effects: Effects, id: string, pages: string): Promise<string> {
  // The stage is judged like a rule, and its page is about more.
  if (id === GPU_RULE) return effects.files.readText(`${pages}/../gpu.md`);
  if (!RULES.some((rule) => rule.id === id)) {
    const near = nearestWord(
      id,
      RULES.map((rule) => rule.id),
    );
    throw new Fault(`there is no rule "${id}"`, {
      remedy:
        near === undefined ? 'slipway rules lists them all.' : `Did you mean ${near}? slipway rules lists them all.`,
    });
  }
  return effects.files.readText(`${pages}/${id}.md`);
}

function profilesOf(id: string): ListedRule['profiles'] {
  const entries = PROFILES.map(({ name }) => [name, profileRule(name, id)] as const);
  return Object.fromEntries(entries.flatMap(([name, entry]) => (entry === undefined ? [] : [[name, entry]])));
}

function describeRule(rule: AnyRule): ListedRule {
  const { id, title, kinds, needs, keys, settings } = rule;
  return {
    id,
    title,
    level: rule.always === true ? 'always' : rule.severity,
    kinds,
    needs,
    keys,
    settings: z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' }),
    profiles: profilesOf(id),
  };
}
