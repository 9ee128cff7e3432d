import { RULES } from '../../src/check/rules/index.ts';
import type { RunRecord } from '../../src/model/record.ts';
import { judgeGiven } from '../../src/pipeline/gate.ts';
import type { Request } from '../../src/pipeline/request.ts';
import { captureEffects } from './captured-effects.ts';
import { makeFolder } from './folder.ts';

/** Gate mode on this machine's own effects, with a cache of its own and no engine to be found. */
export async function judgeWithoutEngine(
  given: string | readonly string[],
  change: Partial<Request> = {},
): Promise<RunRecord> {
  const home = await makeFolder({});
  const { effects } = captureEffects({
    HOME: home,
    XDG_CACHE_HOME: home,
    DOCKER_CONFIG: home,
    DOCKER_HOST: `unix://${home}/no.sock`,
  });
  const request: Request = {
    command: 'check',
    directory: home,
    only: [],
    output: home,
    containers: true,
    given: typeof given === 'string' ? [given] : given,
    ...change,
  };
  return judgeGiven(effects, request, RULES);
}
