import { recordFileIn } from './model/record-file.ts';
import { randomUUID } from 'node:crypto';
import type { ActionInputs } from './inputs.ts';
import type { Effects } from './model/effects.ts';
import { EXIT, type ExitCode, exitCodeOf, Fault } from './model/fault.ts';
import { parseRecord } from './model/record-parse.ts';
import type { RunRecord } from './model/record.ts';
import { exitCodeFor, verdictOf } from './model/record-verdict.ts';
import { outputsOf, publishedReferences } from './report/action-outputs.ts';
import { renderAnnotations, renderFaultCommand } from './report/annotations.ts';
import { renderMarkdown } from './report/markdown.ts';
import { faultLines } from './report/fault.ts';
import { render } from './report/formats.ts';
import { REPORT_FORMATS, reportFileIn } from './report/report-files.ts';
import { renderTerminal } from './report/terminal.ts';
import type { Request } from './pipeline/request.ts';
import { doctorExitCode, renderDoctor } from './report/doctor.ts';
import { runGate } from './gate-session.ts';
import { refuseWithoutArtifacts, type RunArtifacts } from './model/run-artifacts.ts';
import { handOver, readFragments, stagedBy } from './pipeline/fragments.ts';
import { verdictsOf } from './pipeline/gpu-given.ts';
import { STACK_JOB } from './pipeline/needs.ts';
import { stackVerdictOf } from './pipeline/stack-proof.ts';
import { findEndedRun, reportEndedRun } from './fork-report.ts';
import { pageName, reportToGitHub } from './github-reports.ts';
import { orWarn, runSession, type SessionResult } from './session.ts';

/** What the runner offers beside the streams. */
export interface RunnerFiles {
  setOutput(name: string, value: string): void;
  addSummary(markdown: string): Promise<void>;
  /** `oci://registry/name@sha256:…` of what was published. */
  declareArtifacts(references: readonly string[]): Promise<void>;
  /** What the jobs of this run leave for each other; absent where there is no such place. */
  readonly artifacts?: RunArtifacts;
}

/** Runs the action's command and hands its results to the runner. */
export async function runAction(effects: Effects, inputs: ActionInputs, files: RunnerFiles): Promise<ExitCode> {
  if (inputs.doctor && inputs.request !== undefined) return examine(effects, inputs.request);
  const result = await carryOut(effects, inputs, files);
  if (result.fault !== undefined) effects.output.stdout(`${renderFaultCommand(result.fault)}\n`);
  const { record } = result;
  if (record === undefined) {
    if (inputs.needs !== undefined) files.setOutput('verdict', 'blocked');
    return result.exitCode;
  }
  for (const [name, value] of Object.entries(outputsOf(record))) files.setOutput(name, value);
  files.setOutput('verdict', verdictOf(record));
  await files.declareArtifacts(publishedReferences(record));
  if (result.recordFile !== undefined) files.setOutput('record', result.recordFile);
  await showAll(effects, record, inputs, files);
  // A red GPU job would stay red after a good attempt elsewhere: the gate decides.
  return isForGate(inputs.request) && record.run.command === inputs.request.command ? EXIT.passed : result.exitCode;
}

function isForGate(request: Request | undefined): request is Request {
  return request?.command === 'gpu' || request?.command === 'gpu-watch';
}

/** What the jobs that built and ran the images left, for the job that publishes. */
async function withVerdicts(effects: Effects, request: Request, artifacts: RunArtifacts): Promise<Request> {
  if (request.command !== 'publish') return request;
  const fragments = await readFragments(effects, artifacts);
  const tried = fragments.filter(({ job }) => job.startsWith('gpu'));
  const started = fragments.filter(({ job }) => job === STACK_JOB);
  return {
    ...request,
    stagedDigests: stagedBy(fragments),
    gpuVerdicts: tried.flatMap(({ record }) => verdictsOf(record)),
    stackVerdicts: started.flatMap(({ record }) => stackVerdictOf(record)),
  };
}

async function carryOut(effects: Effects, inputs: ActionInputs, files: RunnerFiles): Promise<SessionResult> {
  const { request, needs, output } = inputs;
  if (needs !== undefined)
    return handResult(effects, files, [], await runGate(effects, files.artifacts, needs, output));
  if (request === undefined) {
    const ended = await findEndedRun(effects);
    return ended === undefined
      ? reportRecord(effects, output, files.artifacts)
      : reportEndedRun(effects, ended, inputs.reports);
  }
  if (request.workflow === undefined) return runSession(effects, request);
  // Known now, not when a build of an hour cannot hand its record over.
  if (files.artifacts === undefined) return refuse(effects, refuseWithoutArtifacts(effects.env));
  const result = await runSession(effects, await withVerdicts(effects, request, files.artifacts));
  return handResult(effects, files, request.only, result);
}

function refuse({ output }: Effects, fault: Fault): SessionResult {
  output.problem(faultLines(fault, output.color));
  return { exitCode: exitCodeOf(fault), fault };
}

/** Leaves the record for later jobs, and for whoever looks at the run. */
async function handResult(
  effects: Effects,
  { artifacts }: RunnerFiles,
  only: readonly string[],
  result: SessionResult,
): Promise<SessionResult> {
  if (result.record === undefined || artifacts === undefined) return result;
  try {
    await handOver(effects, artifacts, only, result.record);
    return result;
  } catch (fault) {
    // The gate would miss the record and not know why.
    if (!(fault instanceof Fault)) throw fault;
    return { ...result, exitCode: exitCodeOf(fault), fault };
  }
}

/** Claims hold names that others chose: they are shown while the runner listens to no command. */
async function examine(effects: Effects, request: Request): Promise<ExitCode> {
  const { runDoctor } = await import(/* webpackMode: "eager" */ './pipeline/doctor.ts');
  const checks = await runDoctor(effects, { request });
  const token = randomUUID();
  effects.output.stdout(`::stop-commands::${token}\n${renderDoctor(checks, true)}::${token}::\n`);
  return doctorExitCode(checks);
}

/** The verdict stands whatever becomes of the reports: one that cannot be made is a warning. */
async function showAll(effects: Effects, record: RunRecord, inputs: ActionInputs, files: RunnerFiles): Promise<void> {
  const { reports, verbose } = inputs;
  await orWarn(effects, 'the report in the log', () => {
    showInLog(effects, record, verbose);
    return Promise.resolve();
  });
  if (reports.includes('annotations'))
    await orWarn(effects, 'the annotations', () => {
      effects.output.stdout(
        renderAnnotations(record)
          .map((line) => `${line}\n`)
          .join(''),
      );
      return Promise.resolve();
    });
  const world = { ...effects, ...(files.artifacts === undefined ? {} : { artifacts: files.artifacts }) };
  const omitted = await reportToGitHub(world, record, reports);
  for (const line of omitted) effects.output.stderr(`${line}\n`);
  const told = { ...record, notes: [...record.notes, ...omitted] };
  if (reports.includes('summary'))
    await orWarn(effects, 'the job summary', () => files.addSummary(renderMarkdown(told)));
  await writeReports(effects, record, inputs, files.artifacts);
}

/** Commands inside the report (from a container's output, say) are not obeyed: the runner stops listening until the random token. */
function showInLog(effects: Effects, record: RunRecord, verbose: boolean): void {
  const token = randomUUID();
  const text = renderTerminal(record, { color: true, quiet: false, verbose });
  effects.output.stdout(`::stop-commands::${token}\n${text}::${token}::\n`);
}

async function writeReports(
  effects: Effects,
  record: RunRecord,
  inputs: ActionInputs,
  artifacts: RunArtifacts | undefined,
): Promise<void> {
  const wanted = REPORT_FORMATS.filter((format) => inputs.reports.includes(format));
  for (const format of wanted) {
    await orWarn(effects, `the ${format} report`, async () => {
      const text = render(record, format, { color: false, quiet: false, verbose: inputs.verbose });
      await effects.files.writeAtomic(reportFileIn(inputs.output, format), text);
      if (format === 'html') await artifacts?.putOpen(pageName(effects.env), Buffer.from(text), 'text/html');
    });
  }
}

/** The record of an earlier step of this job, else what the gate of this run made of all its jobs. */
async function reportRecord(
  effects: Effects,
  output: string,
  artifacts: RunArtifacts | undefined,
): Promise<SessionResult> {
  const recordFile = recordFileIn(output);
  if ((await effects.files.stat(recordFile)) !== undefined) {
    const record = parseRecord(await effects.files.readText(recordFile), recordFile);
    return { exitCode: exitCodeFor(record), record, recordFile };
  }
  const fragments = artifacts === undefined ? [] : await readFragments(effects, artifacts);
  const gate = fragments.find(({ job }) => job === 'gate');
  if (gate !== undefined) return { exitCode: exitCodeFor(gate.record), record: gate.record };
  const fault = new Fault('there is no record to report', {
    where: recordFile,
    remedy: 'Run this step after one with command: ship or check, with the same output, or after the gate of this run.',
  });
  return { exitCode: EXIT.fault, fault };
}
