import { makeProcesses } from '../../src/io/processes.ts';
import { makeTools } from '../../src/io/tools.ts';
import type { Effects } from '../../src/model/effects.ts';

const processes = makeProcesses();
const forgetful = { get: () => Promise.resolve(undefined), put: () => Promise.resolve() };
const tools = makeTools(process.env, processes, forgetful);

/** The compose plugin of this machine; `config` needs no engine. */
export function realCompose(): Pick<Effects, 'processes' | 'tools' | 'signal'> {
  return { processes, tools, signal: new AbortController().signal };
}
