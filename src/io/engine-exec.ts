import { kill } from 'node:process';
import { readFile } from 'node:fs/promises';
import type { ExecResult } from '../model/engine.ts';
import { created, execAnswer } from './engine-answers.ts';
import { joinFrames, makeDemultiplexer, type Frame } from './engine-frames.ts';
import { errorText, expectStatus, parseAnswer, type EngineHttp } from './engine-http.ts';

const OUTPUT_LIMIT = 64 * 1024;
const DEFAULT_DEADLINE = 60_000;

/**
 * Runs a program inside a running container and gathers its output (at most 64 KiB).
 * A program that cannot be started is a result too (126 or 127 with the runtime's words), as the engine reports it for health probes.
 */
export async function runExec(
  http: EngineHttp,
  id: string,
  argv: readonly string[],
  options: { readonly deadline?: number } = {},
): Promise<ExecResult> {
  const answer = await http.call({
    method: 'POST',
    path: `/containers/${id}/exec`,
    body: { AttachStdout: true, AttachStderr: true, Cmd: argv },
  });
  expectStatus(answer, [201], 'prepare a program in the container', http);
  const exec = parseAnswer(created, answer.body, 'prepare a program in the container').Id;
  const deadline = AbortSignal.timeout(options.deadline ?? DEFAULT_DEADLINE);
  const gathered = await gatherOutput(http, exec, deadline);
  const state = await inspectExec(http, exec);
  if (deadline.aborted && state.Running) {
    await killProcess(state.Pid ?? 0, id);
    return { ...gathered, exitCode: -1, timedOut: true };
  }
  return { ...gathered, exitCode: state.ExitCode ?? -1, timedOut: false };
}

type Gathered = Pick<ExecResult, 'output' | 'stdout' | 'stderr'>;

async function gatherOutput(http: EngineHttp, exec: string, signal: AbortSignal): Promise<Gathered> {
  const frames: Frame[] = [];
  try {
    const path = `/exec/${exec}/start`;
    const body = { Detach: false, Tty: false };
    const answer = await http.stream({ method: 'POST', path, body, deadline: 0, signal });
    if (answer.statusCode !== 200) {
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(Buffer.from(chunk as Uint8Array));
      return { output: errorText({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks) }) };
    }
    const split = makeDemultiplexer();
    let kept = 0;
    for await (const chunk of answer) {
      for (const frame of split(chunk as Uint8Array)) {
        if (kept < OUTPUT_LIMIT)
          frames.push({ ...frame, bytes: Buffer.from(frame.bytes.subarray(0, OUTPUT_LIMIT - kept)) });
        kept += frame.bytes.length;
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  const { both, ...streams } = joinFrames(frames);
  return { output: both, ...streams };
}

async function inspectExec(
  http: EngineHttp,
  exec: string,
): Promise<{ Running: boolean; ExitCode?: number | null | undefined; Pid?: number | null | undefined }> {
  const answer = await http.call({ method: 'GET', path: `/exec/${exec}/json` });
  expectStatus(answer, [200], 'look at a program in the container', http);
  return parseAnswer(execAnswer, answer.body, 'look at a program in the container');
}

/** The engine cannot end an exec; its pid is only killed when that process still belongs to the container. */
async function killProcess(pid: number, container: string): Promise<void> {
  if (pid <= 1) return;
  try {
    const groups = await readFile(`/proc/${String(pid)}/cgroup`, 'latin1');
    if (groups.includes(container)) kill(pid, 'SIGKILL');
  } catch {
    // Not our host, not our right, or gone already: it ends with the container.
  }
}
