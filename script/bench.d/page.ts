import type { Machine } from './machine.ts';
import { renderMarkdown, type Row } from './row.ts';

export interface Result {
  readonly date: string;
  readonly machine: Machine;
  readonly project: string;
  readonly rounds: number;
  readonly rows: readonly Row[];
}

/** The whole of docs/performance.md. */
export function renderPage({ date, machine, project, rounds, rows }: Result): string {
  const { cores, memory, kernel, engine, buildx, node, load } = machine;
  const shared = load > cores / 2;
  return `# Performance

Written by \`script/bench --write\`; do not edit. The numbers are ratios within one run on one machine: seconds of another machine differ, ratios less so.

- **Date**: ${date}
- **Machine**: ${String(cores)} cores, ${memory} memory, Linux ${kernel}
- **Docker engine**: ${engine}; buildx ${buildx}; Node ${node}
- **Images**: ${project}
- **Rounds**: ${String(rounds)}, what is compared runs in turn, medians
- **Load before the bench**: ${load.toFixed(1)} programs wanted to run on ${String(cores)} cores${shared ? ': **the machine was shared with other work**, so times are long and spread widely, and a single pair of runs says little' : ''}

${renderMarkdown(rows)}

Goals are reported; missing one does not fail anything.

## What is compared

- **ship without containers / bake + push**: \`slipway ship --no-containers --registry …\` of the bundled tool against one \`buildx bake\` (the plugin called directly) into the engine and a \`docker push\` of every image, all pushes at once. Both publish to the same registry on loopback, both find their layers cached and already pushed; each goes first in every other round. "One file changed" gives every image a \`COPY\` layer that was never built before each single measurement. Ours also plans, reads every image, judges its static rules, reads the digests back and writes the record.
- **ship with checks / slowest image ready + stopped**: the whole of \`slipway ship\` against the largest sum, over the images, of the time until the engine called the container healthy and the time its stop took, as the record has them. A service is watched for one more probe interval after it is healthy, at least 5 s, by design; the next row takes those 5 s off. The third row takes a ship without containers off instead, and adds the watch to the reference: what is left is the cost of creating, probing and removing containers, and of waiting for a free slot (one container per core, at least four).
- **ship again**: two ships with nothing changed between them; the first begins with an empty fact cache and an empty repository, both with BuildKit's cache warm. Layers are counted by the files the tool opens in the engine's content store, in a run of its own.
- **our push / docker push**: one image of random bytes, from the engine's content store to a docker-registry on loopback that has nothing yet, a new registry for every push (docker would mount what it pushed there before); each goes first in every other round. Ours opens the store, reads the manifests, hashes every blob on its way and reads the digest back; docker's time is that of \`docker push --quiet\`.
- **programs started**: direct children of the tool against one bake and one push per image.
- **layer reading**: one pass (digest, diff id, tar entries, listing) over the largest layer of these images against Node's gunzip of the same file alone, best of three; once with Node's default buffers and once with the reader's larger ones.
- **CPU to load the bundle**: user + system time of \`slipway --version\` less that of \`node -e 0\`, whose own time stands as reference.
`;
}
