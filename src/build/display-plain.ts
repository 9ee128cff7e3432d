import { formatOutcome, isBookkeeping, type Display, type Wording } from './wording.ts';

/** One line for each step that ends and for each line it prints: for logs and pipes. */
export function makePlainDisplay({ output, label, title, mask }: Wording): Display {
  return {
    started(step) {
      if (step.text.startsWith('RUN ')) output.stderr(`${label(step)}: ${title(step)}\n`);
    },
    finished(step) {
      if (!isBookkeeping(step)) output.stderr(`${label(step)}: ${formatOutcome(step)} ${title(step)}\n`);
    },
    logged(step, line) {
      output.stderr(`${label(step)} | ${mask(line)}\n`);
    },
    end: () => Promise.resolve(),
  };
}
