import { Fault } from '../model/fault.ts';
import { undecided, type Fact } from '../model/facts.ts';

/** Stored content that is not what its digest, size or media type says, or is not there at all; what needed it cannot be decided. */
export class DamagedContent extends Fault {
  constructor(message: string, details: { readonly where?: string; readonly cause?: unknown } = {}) {
    super(message, { ...details, remedy: 'Build or push the image again; its stored bytes are not usable.' });
  }
}

/** The undecided fact an error stands for: damaged content is the image's own, an unreachable store is the environment's; a bug stays an exception. */
export function undecidedFrom(error: unknown): Fact<never> {
  if (!(error instanceof Fault)) throw error;
  const place = error.where === undefined ? '' : ` (${error.where})`;
  return undecided(`${error.message}${place}`, error.kind === 'environment');
}
