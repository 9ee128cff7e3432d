import { describe, expect, test } from '@jest/globals';
import { findHeaviest } from '../../src/check/heavy-paths.ts';
import { blameLayers } from '../../src/check/layer-blame.ts';
import { factsOf, filesOf } from '../support/file-facts.ts';
import type { TarSpec } from '../support/tar-writer.ts';

function file(name: string, bytes: number, change: Partial<TarSpec> = {}): TarSpec {
  return { name, body: 'x'.repeat(bytes), ...change };
}

function blame(layers: readonly (readonly TarSpec[])[], instructions: readonly string[], base = 0) {
  return blameLayers(factsOf({ layers, instructions, base }), { bytesOf: ({ unpackedBytes }) => unpackedBytes });
}

describe('the paths that hold most of a layer', () => {
  function paths(entries: readonly TarSpec[]) {
    return (findHeaviest(filesOf([entries]), new Set([0])).get(0) ?? []).map(({ path, bytes }) => [path, bytes]);
  }

  test('packages are named, not the folders everybody has nor single files', () => {
    const site = 'usr/local/lib/python3.11/site-packages';
    expect(
      paths([
        file(`${site}/torch/lib/libtorch_cpu.so`, 900),
        file(`${site}/torch/__init__.py`, 50),
        file(`${site}/scipy/a.so`, 300),
        file(`${site}/numpy/a.so`, 200),
        file(`${site}/six.py`, 10),
      ]),
    ).toEqual([
      [`${site}/torch`, 950],
      [`${site}/scipy`, 300],
      [`${site}/numpy`, 200],
    ]);
  });

  test('a folder that only leads to something is passed by', () => {
    expect(paths([file('data/a/b/model.bin', 900), file('data/a/notes', 10)])).toEqual([['data/a/b/model.bin', 900]]);
  });

  test('a folder of many equal files is one', () => {
    expect(paths([1, 2, 3, 4].map((n) => file(`data/f${String(n)}`, 100)))).toEqual([['data', 400]]);
  });

  test('thousands of small files are their folder, whatever it is called', () => {
    const many = Array.from({ length: 100 }, (_, n) => file(`app/f${String(n)}`, 10));
    expect(paths(many)).toEqual([['app', 1000]]);
  });

  test('hard links count once', () => {
    expect(paths([file('opt/tool/a', 100), { name: 'opt/tool/b', type: '1', link: 'opt/tool/a' }])).toEqual([
      ['opt/tool/a', 100],
    ]);
  });

  test('each layer has its own, and an empty one none', () => {
    const files = filesOf([[file('x/a', 5)], [], [file('x/b', 7)]]);
    const heavy = findHeaviest(files, new Set([1, 2]));
    expect(heavy.get(1)).toEqual([]);
    expect(heavy.get(2)).toEqual([{ path: 'x/b', bytes: 7 }]);
    expect(heavy.has(0)).toBe(false);
  });
});

describe('blame in words', () => {
  test('a chown that copies is told with its way out', () => {
    const [first] = blame(
      [[file('app/model.bin', 90_000)], [file('app/model.bin', 90_000, { uid: 1000 })]],
      ['COPY app /app', 'RUN /bin/sh -c chown -R app /app # buildkit'],
    ).filter(({ message }) => message.includes('chown'));
    expect(first).toEqual({
      message:
        '91.6 kB in layer 2 `RUN chown -R app /app`: /app/model.bin 90.0 kB; ' +
        '90.0 kB of it only change owner, mode or time of files that an earlier layer holds',
      remedy: expect.stringContaining('COPY --chown'),
    });
  });

  test('a chmod is told its own way out', () => {
    const layers = [[file('app/run', 90_000)], [file('app/run', 90_000, { mode: 0o755 })]];
    expect(blame(layers, ['COPY app /app', 'RUN chmod +x /app/run']).at(-1)?.remedy).toBe(
      'Use COPY --chmod instead of RUN chmod.',
    );
  });

  test('a layer of which later ones delete most is told so', () => {
    const [first] = blame(
      [[file('src/big.tar', 90_000)], [{ name: 'src/.wh.big.tar' }]],
      ['ADD big.tar /src/', 'RUN rm /src/big.tar'],
    );
    expect(first?.message).toMatch(
      /; 90\.0 kB of it are deleted or replaced by later layers, such as \/src\/big\.tar$/,
    );
    expect(first?.remedy).toMatch(/^Delete in the RUN that creates/);
  });

  test.each<[string, string, string]>([
    ['var/lib/apt/lists/deb_main', 'RUN apt-get update', 'rm -rf /var/lib/apt/lists'],
    ['root/.cache/pip/http/a', 'RUN pip install x', 'type=cache'],
    ['app/.git/objects/pack/a', 'COPY . .', '.dockerignore'],
    ['usr/lib/python3/dist-packages/nvidia/cublas/lib/libcublas.so.12', 'RUN pip install torch', 'CPU wheels'],
    ['usr/local/cuda-12.1/lib64/libcublas.so', 'RUN dpkg -i cuda.deb', '`runtime`'],
    ['usr/lib/gcc/x86_64-linux-gnu/12/cc1', 'RUN apt-get install -y gcc', 'stage of its own'],
    ['app/node_modules/webpack/a.js', 'RUN npm ci', '--omit=dev'],
    ['usr/share/doc/a', 'RUN apt-get install -y a', '--no-install-recommends'],
    ['models/llama/model.safetensors', 'COPY model /models', 'large data'],
    ['opt/lib/python3.11/site-packages/scipy/a.so', 'RUN pip install scipy', 'Leave scipy out'],
    ['srv/x/y', 'COPY . /srv', 'Copy only what the program needs'],
    ['srv/x/y', 'RUN make install', 'another stage'],
    ['usr/bin/a', 'ADD rootfs.tar.xz / # buildkit', 'base image'],
    ['usr/bin/a', 'RUN apt-get install -y a', 'only what is needed'],
  ])('%s by `%s`: %s', (path, instruction, words) => {
    expect(blame([[file(path, 90_000)]], [instruction])[0]?.remedy).toContain(words);
  });

  test('a base layer is the base image’s affair', () => {
    expect(blame([[file('usr/lib/gcc/cc1', 90_000)]], ['ADD rootfs /'], 1)[0]?.remedy).toContain('base image');
  });

  test('a layer a hundred times smaller than the largest is not to blame', () => {
    const layers = [[file('a', 1_000_000)], [file('b', 5_000)], [file('c', 50_000)]];
    expect(blame(layers, ['A', 'B', 'C'])).toHaveLength(2);
  });

  test('at most three layers, largest first', () => {
    const layers = [4, 1, 3, 2].map((size) => [file('data', size * 10_000)]);
    expect(blame(layers, ['A', 'B', 'C', 'D']).map(({ message }) => message)).toEqual([
      expect.stringMatching(/^4\d\.\d kB in layer 1/),
      expect.stringMatching(/^3\d\.\d kB in layer 3/),
      expect.stringMatching(/^2\d\.\d kB in layer 4/),
    ]);
  });
});
