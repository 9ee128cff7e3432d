import { defineRule } from '../../rule.ts';
import { formatSize } from '../../../model/size.ts';
import { noSettings } from '../../settings.ts';

/** Nothing in the container is killed for memory under the declared limit, children included. */
export const runMemory = defineRule({
  id: 'run.memory',
  title: 'No process is killed for memory under the declared limit',
  severity: 'error',
  keys: ['memory'],
  kinds: ['service', 'job'],
  needs: ['memory'],
  settings: noSettings,
  check({ memory }, { image }) {
    const peak = memory.peak === undefined ? 'peak unknown' : `peak ${formatSize(memory.peak)}`;
    const limit = memory.limit === undefined ? 'no limit' : formatSize(memory.limit);
    if (!memory.oomKilled) return { status: 'passed', seen: `${peak} of ${limit}` };
    const place = image.places['memory'];
    const finding = {
      message: `a process was killed for memory (limit ${limit}, ${peak})`,
      seen: peak,
      allowed: limit,
      remedy: 'Start fewer workers or load less at once, or declare the memory it really needs.',
      ...(place === undefined ? {} : { place }),
    };
    return { status: 'failed', findings: [finding] };
  },
});
