import { undecided, type Fact } from '../../model/facts.ts';
import { Fault } from '../../model/fault.ts';

/** Reasons that lie in the image or its configuration; anything else (disk, memory, networks) is the host's and not a verdict. */
const OF_THE_IMAGE =
  /unable to find (?:user|group)|no matching entries|executable file not found|no such file or directory|permission denied|exec format error|is (?:not )?a directory|OCI runtime create failed|no command specified/i;
const OF_THE_HOST = /no space left|cannot allocate memory|resource temporarily unavailable|too many open files/i;

/** The engine's words when a process never came to exist because of the image; rethrows when it is not the image's fault. */
export function explainStartFailure(error: unknown): string {
  if (!(error instanceof Fault) || OF_THE_HOST.test(error.message) || !OF_THE_IMAGE.test(error.message)) throw error;
  // The runtime wraps its sentence in one prefix per layer; only the last part says what is wrong.
  const said = error.message.replace(/^The engine refused to [^:]+: /, '');
  return said.replace(/^.*unable to start container process: /s, '').slice(0, 500);
}

/** A run that could not happen is *undecided*; a cancelled run and our own bugs go on as they are. */
export function explainInability(error: unknown, signal: AbortSignal): Fact<never> {
  signal.throwIfAborted();
  if (!(error instanceof Fault)) throw error;
  const remedy = error.remedy === undefined ? '' : `. ${error.remedy}`;
  return undecided(`${error.message}${remedy}`, error.kind === 'environment');
}
