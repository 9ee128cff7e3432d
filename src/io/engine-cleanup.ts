import type { z } from 'zod';
import { labelledContainers, labelledVolumes } from './engine-answers.ts';
import { expectStatus, parseAnswer, type EngineHttp } from './engine-http.ts';

/** Removes containers, then networks and volumes, that carry `label=value`; each is asked for by that label, so nothing else is touched. */
export async function removeLabelled(http: EngineHttp, label: string): Promise<void> {
  if (!/^[^=]+=.+$/.test(label)) throw new TypeError('removeLabelled needs label=value');
  const filters = encodeURIComponent(JSON.stringify({ label: [label] }));
  const list = async <T>(path: string, schema: z.ZodType<T>): Promise<T> => {
    const answer = await http.call({ method: 'GET', path });
    return parseAnswer(schema, expectStatus(answer, [200], 'list what is ours', http).body, 'list what is ours');
  };
  const remove = async (path: string): Promise<void> => {
    const answer = await http.call({ method: 'DELETE', path });
    expectStatus(answer, [200, 204, 404, 409], 'remove what is ours', http);
  };
  const containers = await list(`/containers/json?all=1&filters=${filters}`, labelledContainers);
  await Promise.all(containers.map(({ Id }) => remove(`/containers/${Id}?force=1&v=1`)));
  const networks = await list(`/networks?filters=${filters}`, labelledContainers);
  const volumes = await list(`/volumes?filters=${filters}`, labelledVolumes);
  await Promise.all([
    ...networks.map(({ Id }) => remove(`/networks/${Id}`)),
    ...(volumes.Volumes ?? []).map(({ Name }) => remove(`/volumes/${encodeURIComponent(Name)}?force=1`)),
  ]);
}
