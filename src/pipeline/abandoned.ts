import { messageOf } from '../model/fault.ts';
import type { Run } from './run.ts';

/** Takes away what runs that were killed on this machine left running; what cannot go is told, and changes no verdict. */
export async function clearAbandoned({ effects, request }: Pick<Run, 'effects' | 'request'>): Promise<void> {
  if (!request.containers) return;
  try {
    await effects.engine.removeAbandoned();
  } catch (error) {
    effects.signal.throwIfAborted();
    effects.output.stderr(`warning: what an earlier run left in the engine is still there: ${messageOf(error)}\n`);
  }
}
