import type { Engine, EngineInfo } from '../model/engine.ts';
import { created, infoAnswer, versionAnswer } from './engine-answers.ts';
import { removeAbandoned, removeLabelled } from './engine-cleanup.ts';
import { makeContainerCalls } from './engine-containers.ts';
import { streamEvents } from './engine-events.ts';
import { runExec } from './engine-exec.ts';
import { makeImageCalls } from './engine-names.ts';
import { expectStatus, makeEngineHttp, parseAnswer, type EngineEndpoint, type EngineHttp } from './engine-http.ts';
import { isGone, processName } from './temporary-folders.ts';

/** The engine behind a unix socket; nothing is asked before the first call. */
export function makeEngine(endpoint: EngineEndpoint): Engine {
  const http = makeEngineHttp(endpoint);
  let info: Promise<EngineInfo> | undefined;
  return {
    info() {
      info ??= readInfo(http).catch((error: unknown) => {
        info = undefined;
        throw error;
      });
      return info;
    },
    ...makeImageCalls(http),
    ...makeContainerCalls(http),
    exec: (id, argv, options) => runExec(http, id, argv, options),
    events: (label, signal) => streamEvents(http, label, signal),
    async createNetwork(name, labels) {
      const answer = await http.call({
        method: 'POST',
        path: '/networks/create',
        body: { Name: name, Labels: labels },
      });
      expectStatus(answer, [201], 'create a network', http);
      return parseAnswer(created, answer.body, 'create a network').Id;
    },
    removeLabelled: (label) => removeLabelled(http, label),
    removeAbandoned: () => removeAbandoned(http, isGone),
    owner: processName(),
  };
}

async function readInfo(http: EngineHttp): Promise<EngineInfo> {
  const [info, version, apiVersion] = await Promise.all([
    http.call({ method: 'GET', path: '/info' }),
    http.call({ method: 'GET', path: '/version' }),
    http.apiVersion(),
  ]);
  const about = parseAnswer(infoAnswer, expectStatus(info, [200], 'describe itself', http).body, 'describe itself');
  const { Os, Arch } = parseAnswer(
    versionAnswer,
    expectStatus(version, [200], 'tell its version', http).body,
    'tell its version',
  );
  const containerd = (about.DriverStatus ?? []).some(
    ([key, value]) => key === 'driver-type' && value === 'io.containerd.snapshotter.v1',
  );
  return {
    version: about.ServerVersion,
    apiVersion,
    store: containerd ? 'containerd' : 'graph-driver',
    driver: about.Driver,
    rootDirectory: about.DockerRootDir,
    platform: `${Os}/${Arch}`,
    cpus: about.NCPU,
    memoryBytes: about.MemTotal,
    cgroupVersion: about.CgroupVersion ?? '1',
    endpoint: http.url,
    devices: (about.DiscoveredDevices ?? []).filter(({ Source }) => Source === 'cdi').map(({ ID }) => ID),
    runtimes: Object.keys(about.Runtimes ?? {}),
    warnings: about.Warnings ?? [],
  };
}
