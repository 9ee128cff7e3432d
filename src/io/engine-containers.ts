import type { ContainerSpec, DeviceRequest, Engine } from '../model/engine.ts';
import {
  changesAnswer,
  created,
  labelledContainers,
  readContainerState,
  stateAnswer,
  statsAnswer,
  topAnswer,
  waitAnswer,
} from './engine-answers.ts';
import { demultiplex } from './engine-frames.ts';
import { expectStatus, parseAnswer, type EngineHttp } from './engine-http.ts';

type ContainerCalls = Pick<
  Engine,
  | 'createContainer'
  | 'startContainer'
  | 'inspectContainer'
  | 'stopContainer'
  | 'killContainer'
  | 'removeContainer'
  | 'waitContainer'
  | 'logs'
  | 'changes'
  | 'top'
  | 'listContainers'
  | 'memoryUsage'
>;

/** Everything the engine does with one container but exec. */
export function makeContainerCalls(http: EngineHttp): ContainerCalls {
  return {
    createContainer: (spec) => createContainer(http, spec),
    async startContainer(id) {
      const answer = await http.call({ method: 'POST', path: `/containers/${id}/start`, deadline: 120_000 });
      expectStatus(answer, [204, 304], 'start the container', http);
    },
    async inspectContainer(id) {
      const answer = await http.call({ method: 'GET', path: `/containers/${id}/json` });
      expectStatus(answer, [200], 'inspect the container', http);
      return readContainerState(parseAnswer(stateAnswer, answer.body, 'inspect the container'));
    },
    async stopContainer(id, graceSeconds) {
      const path = `/containers/${id}/stop?t=${String(graceSeconds)}`;
      const answer = await http.call({ method: 'POST', path, deadline: (graceSeconds + 60) * 1000 });
      expectStatus(answer, [204, 304], 'stop the container', http);
    },
    async killContainer(id) {
      const answer = await http.call({ method: 'POST', path: `/containers/${id}/kill` });
      expectStatus(answer, [204, 404, 409], 'kill the container', http);
    },
    async removeContainer(id) {
      const path = `/containers/${id}?force=1&v=1`;
      const answer = await http.call({ method: 'DELETE', path });
      // 409: another call is removing it already.
      expectStatus(answer, [204, 404, 409], 'remove the container', http);
    },
    waitContainer: (id, signal) => waitContainer(http, id, signal),
    logs: (id, tailLines, until) => readLogs(http, id, tailLines, until),
    changes: (id) => listChanges(http, id),
    top: (id) => listProcesses(http, id),
    listContainers: (label) => listContainers(http, label),
    memoryUsage: (id) => readMemory(http, id),
  };
}

async function createContainer(http: EngineHttp, spec: ContainerSpec): Promise<string> {
  const path = `/containers/create${spec.name === undefined ? '' : `?name=${encodeURIComponent(spec.name)}`}`;
  const answer = await http.call({ method: 'POST', path, body: describeContainer(spec) });
  expectStatus(answer, [201], `create a container of ${spec.image}`, http);
  return parseAnswer(created, answer.body, 'create a container').Id;
}

/** The engine's own form of a container; memory-swap equals memory, so that the limit is one. */
export function describeContainer(spec: ContainerSpec): Record<string, unknown> {
  const host = {
    ...(spec.network === undefined ? {} : { NetworkMode: spec.network }),
    ...(spec.memory === undefined ? {} : { Memory: spec.memory, MemorySwap: spec.memory }),
    ...(spec.cpuShares === undefined ? {} : { CpuShares: spec.cpuShares }),
    ...(spec.tmpfs === undefined ? {} : { Tmpfs: Object.fromEntries(spec.tmpfs.map(splitTmpfs)) }),
    ...(spec.readOnly === true ? { ReadonlyRootfs: true } : {}),
    ...(spec.capDropAll === true ? { CapDrop: ['ALL'] } : {}),
    ...(spec.noNewPrivileges === true ? { SecurityOpt: ['no-new-privileges'] } : {}),
    ...(spec.init === true ? { Init: true } : {}),
    ...(spec.pidsLimit === undefined ? {} : { PidsLimit: spec.pidsLimit }),
    ...(spec.shmSize === undefined ? {} : { ShmSize: spec.shmSize }),
    ...(spec.mounts === undefined ? {} : { Mounts: spec.mounts.map(toMount) }),
    ...(spec.devices === undefined ? {} : requestDevices(spec.devices)),
  };
  const endpoints =
    spec.network === undefined || spec.aliases === undefined
      ? {}
      : { NetworkingConfig: { EndpointsConfig: { [spec.network]: { Aliases: spec.aliases } } } };
  return {
    Image: spec.image,
    ...(spec.command === undefined ? {} : { Cmd: spec.command }),
    ...(spec.entrypoint === undefined ? {} : { Entrypoint: spec.entrypoint }),
    ...(spec.env === undefined ? {} : { Env: Object.entries(spec.env).map(([key, value]) => `${key}=${value}`) }),
    ...(spec.user === undefined ? {} : { User: spec.user }),
    Labels: spec.labels,
    HostConfig: host,
    ...endpoints,
  };
}

/** What `docker run` makes of `--device vendor/class=name`, `--gpus` and `--runtime`. */
function requestDevices(request: DeviceRequest): Record<string, unknown> {
  switch (request.kind) {
    case 'cdi':
      return { DeviceRequests: [{ Driver: 'cdi', DeviceIDs: [request.device] }] };
    case 'gpus':
      return {
        DeviceRequests: [
          { Capabilities: [['gpu']], ...(request.ids.length === 0 ? { Count: -1 } : { DeviceIDs: request.ids }) },
        ],
      };
    case 'runtime':
      return { Runtime: request.runtime };
  }
}

function toMount({ source, target }: { readonly source: string; readonly target: string }): Record<string, unknown> {
  return { Type: 'bind', Source: source, Target: target, ReadOnly: true };
}

/** `/run:size=64m` as `docker run --tmpfs` takes it. */
function splitTmpfs(entry: string): [string, string] {
  const at = entry.indexOf(':');
  return at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)];
}

async function waitContainer(http: EngineHttp, id: string, signal: AbortSignal | undefined): Promise<number> {
  const path = `/containers/${id}/wait?condition=not-running`;
  const answer = await http.stream({
    method: 'POST',
    path,
    deadline: 0,
    ...(signal === undefined ? {} : { signal }),
  });
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(Buffer.from(chunk as Uint8Array));
  const body = { status: answer.statusCode ?? 0, body: Buffer.concat(chunks) };
  expectStatus(body, [200], 'wait for the container', http);
  return parseAnswer(waitAnswer, body.body, 'wait for the container').StatusCode;
}

async function readLogs(
  http: EngineHttp,
  id: string,
  tailLines: number | undefined,
  until: number | undefined,
): ReturnType<Engine['logs']> {
  const tail = tailLines === undefined ? 'all' : String(tailLines);
  const end = until === undefined ? '' : `&until=${(until / 1000).toFixed(3)}`;
  const path = `/containers/${id}/logs?stdout=1&stderr=1&tail=${tail}${end}`;
  const answer = await http.call({ method: 'GET', path });
  expectStatus(answer, [200], 'read the logs of the container', http);
  return demultiplex(answer.body);
}

const DELETED = 2;
/** Comparing a large image takes the engine a while. */
const CHANGES_DEADLINE = 60_000;

async function listChanges(http: EngineHttp, id: string): Promise<readonly string[]> {
  const answer = await http.call({ method: 'GET', path: `/containers/${id}/changes`, deadline: CHANGES_DEADLINE });
  expectStatus(answer, [200], 'list what the container wrote', http);
  const changes = parseAnswer(changesAnswer, answer.body, 'list what the container wrote') ?? [];
  return changes.filter(({ Kind }) => Kind !== DELETED).map(({ Path }) => Path);
}

async function listProcesses(http: EngineHttp, id: string): ReturnType<Engine['top']> {
  const answer = await http.call({ method: 'GET', path: `/containers/${id}/top?ps_args=-eo%20pid,ppid,uid,args` });
  expectStatus(answer, [200], 'list the processes of the container', http);
  const { Titles, Processes } = parseAnswer(topAnswer, answer.body, 'list the processes of the container');
  const [pid, parent, uid, command] = ['PID', 'PPID', 'UID', 'COMMAND'].map((title) => Titles.indexOf(title));
  return (Processes ?? []).map((row) => ({
    pid: Number(row[pid ?? -1]),
    parent: Number(row[parent ?? -1]),
    uid: Number(row[uid ?? -1]),
    command: row[command ?? -1] ?? '',
  }));
}

async function listContainers(http: EngineHttp, label: string): ReturnType<Engine['listContainers']> {
  const filters = encodeURIComponent(JSON.stringify({ label: [label] }));
  const answer = await http.call({ method: 'GET', path: `/containers/json?all=1&filters=${filters}` });
  expectStatus(answer, [200], 'list containers', http);
  const listed = parseAnswer(labelledContainers, answer.body, 'list containers');
  return listed.map(({ Id, Labels }) => ({ id: Id, labels: Labels ?? {} }));
}

/** As `docker stats` counts: without the page cache that nobody used lately. */
async function readMemory(http: EngineHttp, id: string): Promise<number | undefined> {
  const answer = await http.call({ method: 'GET', path: `/containers/${id}/stats?stream=false&one-shot=true` });
  if (answer.status === 404 || answer.status === 409) return undefined;
  expectStatus(answer, [200], 'measure the container', http);
  const memory = parseAnswer(statsAnswer, answer.body, 'measure the container').memory_stats;
  if (memory?.usage === undefined) return undefined;
  return Math.max(0, memory.usage - (memory.stats?.['inactive_file'] ?? memory.stats?.['total_inactive_file'] ?? 0));
}
