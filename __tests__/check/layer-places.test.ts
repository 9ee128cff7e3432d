import { describe, expect, test } from '@jest/globals';
import { placeLayers } from '../../src/check/layer-places.ts';
import { layerOf } from '../support/blank.ts';
import { dockerfileFacts } from '../support/dockerfile-facts.ts';

const FACTS = dockerfileFacts(`FROM debian AS builder
RUN make
FROM debian
ARG VERSION=1
RUN --mount=type=cache,target=/root/.cache apt-get update && \\
    apt-get install -y curl
WORKDIR /app
COPY --from=builder /out /app
COPY --chown=1000 "a" $TARGET/
RUN ["make", "install"]
RUN <<EOF
echo hello
EOF
RUN make
`);

function linesOf(...instructions: readonly string[]): (number | undefined)[] {
  return placeLayers(
    instructions.map((text) => layerOf(text)),
    FACTS,
  ).map((place) => place?.line);
}

describe('placeLayers', () => {
  test('finds each layer at its line, over continuation lines, mounts, flags, exec form and here-documents', () => {
    expect(
      linesOf(
        'RUN |1 VERSION=1 /bin/sh -c apt-get update &&     apt-get install -y curl # buildkit',
        'WORKDIR /app',
        'COPY /out /app # buildkit',
        'COPY --chown=1000 a /srv/ # buildkit',
        'RUN |1 VERSION=1 make install # buildkit',
        'RUN |1 VERSION=1 /bin/sh -c <<EOF (echo hello...) # buildkit',
        'RUN |1 VERSION=1 /bin/sh -c make # buildkit',
      ),
    ).toEqual([5, 7, 8, 9, 10, 11, 14]);
  });
  test('a layer that left no trace in the Dockerfile has no line, and the others keep theirs', () => {
    expect(linesOf('RUN /bin/sh -c something else', 'RUN /bin/sh -c make # buildkit')).toEqual([undefined, 14]);
  });
  test('layers of the base have no line of this Dockerfile', () => {
    expect(placeLayers([layerOf('RUN /bin/sh -c make', 1, true)], FACTS)).toEqual([undefined]);
  });
  test('a target is placed in its own stage', () => {
    expect(placeLayers([layerOf('RUN /bin/sh -c make # buildkit')], FACTS, 'builder')).toEqual([
      { file: 'Dockerfile', line: 2 },
    ]);
  });
});
