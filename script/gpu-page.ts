import { markdownTable } from 'markdown-table';
import type { Blame } from '../src/gpu/diagnosis-row.ts';
import { DIAGNOSES } from '../src/gpu/diagnosis-table.ts';
import { IN_IMAGE_LOSSES } from '../src/gpu/place.ts';

const WORDS: Readonly<Record<Blame, string>> = { image: 'image', infra: 'machine', either: 'the canary decides' };

/** docs/gpu.md: what the GPU stage does, and every diagnosis with what to do. */
export function makeGpuPage(): string {
  const rows = DIAGNOSES.map(({ id, blame, says, remedy, text }) => [
    `\`${id}\``,
    WORDS[blame],
    cell(says),
    cell(remedy),
    text === undefined ? '' : 'text',
  ]);
  const table = markdownTable([['diagnosis', 'at fault', 'what happened', 'what to do', 'found by'], ...rows]);
  return `${PAGE}\n${table}\n\nAn exit code of docker says nothing about who is at fault: it turns every "no such file" into 127. Containers are created, started and inspected, and the words of \`State.Error\` are looked up, in this order.\n`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('*', '\\*');
}

const PAGE = `# On a GPU

<!-- Written by \`npm run generate\` from script/gpu-page.ts and src/gpu/diagnosis-*.ts; change it there. -->

An image with a \`gpu:\` part is tried on a machine with a GPU before it is published: the very bytes, by digest, under the rules they were judged by. What comes out is a verdict: **passed**, **failed** (the image is at fault), **infra** (the machine is) or **skipped**. [Every key](config.md#gpu); [how to set runners up](guides/gpu-runners.md).

\`\`\`yaml
images:
  inference:
    dockerfile: docker/Dockerfile.inference
    kind: job
    gpu:
      runs-on: [self-hosted, linux, gpu, l4]
      phases:
        - { name: see, probe: cuda }
        - name: infer
          command: [python, -m, inference.run_inference, --device, cuda, --input, /samples/a.h5ad]
          mounts: ["ci/samples:/samples"]
          within: 3m
          gpu: { utilization: 20%, memory: 1GiB, memory-max: 16GiB }
          without-gpu: fails
\`\`\`

\`\`\`
slipway check                      # builds and judges
slipway gpu                        # tries what the check cleared, on this machine
slipway publish                    # publishes what has a pass for this digest and these rules
\`\`\`

\`slipway gpu --run ID\` takes what a workflow run put into staging, \`slipway gpu REFERENCE --only IMAGE\` what anything built (a registry reference, an OCI layout, an archive, \`docker:NAME\`). \`publish --gpu-record FILE\` takes the verdict out of the record of another machine; in the reusable workflow that goes by itself.
Exit codes: 0 passed, 1 the image is at fault, **75 the machine is**: running again elsewhere is safe, and only then. As an action, \`command: gpu\` ends with 0 once a verdict is written; the gate decides.

## Before a GPU is used

\`fleet: [{ name: l4, sm: "8.9", driver: "550" }]\` names the GPUs an image is meant for. With it the CPU job already says what would fail there, from the bytes alone: a driver that \`NVIDIA_REQUIRE_*\` excludes or that is too old for the image's CUDA ([cuda.require](rules/cuda.require.md)), a PyTorch without code for the GPU or for a CUDA the driver does not know ([cuda.torch-match](rules/cuda.torch-match.md)), extensions compiled for other GPUs ([cuda.gpu-code](rules/cuda.gpu-code.md)).

## What is done, in order

1. **The machine**: \`nvidia-smi\` and its exit codes, GPUs that do not answer, a recovery that the driver asks for, processes of others, memory that is not free, MIG, disk (2.2 times the download), and what the image asks of the driver (\`NVIDIA_REQUIRE_*\`), which devices that come in through CDI are not held to.
2. **The way in**: \`mode: auto\` names the CDI device where the engine found it and does not warn of CDI, else takes the runtime \`nvidia\`, else \`--gpus\`. The way that *happened* is recorded with the reason.
3. **The canary**, a plain Python image: \`nvidia-smi -L\` has to list what the machine lists, \`cuInit\` and a small allocation through the driver have to work. \`nvidia-smi\` alone works in containers where \`cuInit\` fails.
4. **The pull**, by digest; what the engine then holds has to be the index, the manifest or the config that was judged.
5. **The phases**, without network, capabilities and new privileges: \`probe: cuda\` multiplies numbers through the driver (it needs Python in the image and no compiler), \`probe: torch\` through PyTorch; a command is held to its exit code, output, JSON and time. A command with \`gpu:\` or \`without-gpu:\` runs at least twice (the first run pays for compilation), and until there is enough work to sample.
6. **Use**, seen from the host: two of memory that rises, utilisation in enough samples, and a process of this container. The first two samples are dropped, since the query itself can wake an idle GPU and read 100 %. MIG tells no utilisation: there memory and process must both be seen. For \`memory-max\` samples are a lower bound: accounting mode (\`nvidia-smi -am 1\`) and a \`max_memory_reserved\` in the JSON that the program prints count where they are higher.
7. **Without a GPU** the same command has to fail, or be slower by the factor you name: what passes there as well proves nothing.
8. **After a failure** machine and canary are looked at again: a canary that still works blames the image, one that fails blames the machine. Xid errors of the kernel log count: 13, 31, 43, 45, 68 and 109 are the program's, all others the hardware's; where the log cannot be read the report says "not observed".
9. **After the end** GPU memory has to be free again within 15 s (a warning), and everything that carries this run's label is removed, nothing else.

A phase's time is shorter than the stage's (\`stage-within\`), the stage's shorter than the job's: there is a verdict in any case, also after SIGTERM. A machine that was at fault may be replaced once (\`retry-runs-on\`, \`--attempt 2\`); both attempts stay in the report. What failed once has failed.

In the reusable workflow no job needs the GPU job, which may wait for a machine for a day: \`command: gpu-watch\` waits for it, with \`actions: read\` only. A job that nobody takes within \`queue-within\` is *skipped*, with the likely cause: a runner that is busy or did not come back, a label that looks misspelt, an approval that nobody gave, or no runner that GitHub gives jobs to. A job that ends without a verdict lost its machine: *infra*. What is infra is tried once more.

## What publishing takes from it

Where \`required\` is true (the default) an image is published only with a pass for **the same digest and the same policy hash**. Missing, skipped and infra block; \`on-infra\` and \`on-skip\` only colour the check. Of a GPU job's record nothing counts but its verdicts: that machine runs user code, so digests, sizes and outcomes come from the build job. The outcome is called \`cuda.smoke\` in reports.

## \`exec: in-image\`

Kubernetes runners have no Docker: there the job's own container is the image, and the phases are processes of it. What that does not prove stands in the report:

${IN_IMAGE_LOSSES.map((loss) => `- ${loss}`).join('\n')}

## What has been seen to work, and what has not

The tests run on machines without a GPU. A **stand-in** takes its place (\`script/standin-gpu\`): a CDI specification on the real engine under the vendor \`standin.test\`, a \`libcuda.so.1\` that keeps its memory in main memory, an \`nvidia-smi\` that answers in recorded shapes. A verdict from a stand-in says so and clears only loopback registries and OCI layouts. \`script/demo gpu\` shows it.
Not tried on a real GPU so far: the probes' driver calls, the sampler under real load, \`--gpus\` and the runtime \`nvidia\` where they work, MIG, several GPUs, accounting mode.

## Every diagnosis
`;
