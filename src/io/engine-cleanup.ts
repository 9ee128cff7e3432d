import type { z } from 'zod';
import { OWNER_LABEL, RUN_LABEL } from '../model/engine.ts';
import { labelledContainers, labelledVolumes } from './engine-answers.ts';
import { expectStatus, parseAnswer, type EngineHttp } from './engine-http.ts';

/** Removes containers, then networks and volumes, that carry `label=value`; each is asked for by that label, so nothing else is touched. */
export async function removeLabelled(http: EngineHttp, label: string): Promise<void> {
  if (!/^[^=]+=.+$/.test(label)) throw new TypeError('removeLabelled needs label=value');
  const remove = async (path: string): Promise<void> => {
    const answer = await http.call({ method: 'DELETE', path });
    expectStatus(answer, [200, 204, 404, 409], 'remove what is ours', http);
  };
  const { containers, listRest } = await listLabelled(http, label);
  await Promise.all(containers.map(({ Id }) => remove(`/containers/${Id}?force=1&v=1`)));
  const { networks, volumes } = await listRest();
  await Promise.all([
    ...networks.map(({ Id }) => remove(`/networks/${Id}`)),
    ...volumes.map(({ Name }) => remove(`/volumes/${encodeURIComponent(Name)}?force=1`)),
  ]);
}

/** Everything of the runs whose process is gone, as `isGone` says of the value of the owner label. */
export async function removeAbandoned(http: EngineHttp, isGone: (owner: string) => boolean): Promise<void> {
  const { containers, listRest } = await listLabelled(http, OWNER_LABEL);
  const { networks, volumes } = await listRest();
  const runs = [...containers, ...networks, ...volumes].flatMap(({ Labels }) => {
    const [owner, run] = [Labels?.[OWNER_LABEL], Labels?.[RUN_LABEL]];
    return owner !== undefined && run !== undefined && isGone(owner) ? [run] : [];
  });
  for (const run of new Set(runs)) await removeLabelled(http, `${RUN_LABEL}=${run}`);
}

interface Labelled {
  readonly containers: z.infer<typeof labelledContainers>;
  /** Asked apart: while containers are there, nothing else can go. */
  readonly listRest: () => Promise<{
    readonly networks: z.infer<typeof labelledContainers>;
    readonly volumes: NonNullable<z.infer<typeof labelledVolumes>['Volumes']>;
  }>;
}

async function listLabelled(http: EngineHttp, label: string): Promise<Labelled> {
  const filters = encodeURIComponent(JSON.stringify({ label: [label] }));
  const list = async <T>(path: string, schema: z.ZodType<T>): Promise<T> => {
    const answer = await http.call({ method: 'GET', path });
    return parseAnswer(schema, expectStatus(answer, [200], 'list what is ours', http).body, 'list what is ours');
  };
  return {
    containers: await list(`/containers/json?all=1&filters=${filters}`, labelledContainers),
    listRest: async () => ({
      networks: await list(`/networks?filters=${filters}`, labelledContainers),
      volumes: (await list(`/volumes?filters=${filters}`, labelledVolumes)).Volumes ?? [],
    }),
  };
}
