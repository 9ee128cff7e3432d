import { describePython } from '../../src/check/probes/python.ts';
import type { Fact, FileFacts } from '../../src/model/facts.ts';
import type { ImageRuntimeConfig } from '../../src/model/image.ts';
import type { PythonFacts, PythonRuntime } from '../../src/model/python-facts.ts';
import { blankRuntime } from './blank.ts';
import { filesOf } from './file-facts.ts';
import type { TarSpec } from './tar-writer.ts';

export const SITE = 'usr/local/lib/python3.11/site-packages';

/** The Python of an official image. */
export const PYTHON: readonly TarSpec[] = [
  program('usr/local/bin/python3.11'),
  link('usr/local/bin/python3', 'python3.11'),
  link('usr/local/bin/python', 'python3'),
];

export function program(name: string, body = '\u007fELF'): TarSpec {
  return { name, mode: 0o755, body: Buffer.from(body, 'latin1') };
}

export function link(name: string, target: string): TarSpec {
  return { name, type: '2', link: target };
}

/** The metadata of a distribution, with what it requires and the scripts it says it has. */
export function distribution(
  name: string,
  version: string,
  requires: readonly string[] = [],
  { site = SITE, scripts = [] }: { readonly site?: string; readonly scripts?: readonly string[] } = {},
): TarSpec[] {
  const folder = `${site}/${name.replaceAll('-', '_')}-${version}.dist-info`;
  const head = [`Name: ${name}`, `Version: ${version}`, ...requires.map((text) => `Requires-Dist: ${text}`)];
  const points = scripts.map((script) => `${script} = ${name}:main`);
  return [
    { name: `${folder}/METADATA`, body: `Metadata-Version: 2.1\n${head.join('\n')}\n\nReadme` },
    { name: `${site}/${name.replaceAll('-', '_')}/__init__.py`, body: '' },
    ...(points.length === 0
      ? []
      : [{ name: `${folder}/entry_points.txt`, body: `[console_scripts]\n${points.join('\n')}\n` }]),
  ];
}

/** The python fact of an image whose base is `base` and whose own layer is `own`. */
export function pythonOf(
  own: readonly TarSpec[],
  config: Partial<ImageRuntimeConfig> = {},
  base: readonly TarSpec[] = PYTHON,
): { readonly fact: Fact<PythonFacts>; readonly files: FileFacts } {
  const files = filesOf([base, own], 1);
  return { fact: describePython(files, blankRuntime({ command: ['python'], ...config }), {}), files };
}

/** The same where there must be a Python. */
export function knownPython(...image: Parameters<typeof pythonOf>): PythonFacts {
  const { fact } = pythonOf(...image);
  if (fact.state !== 'known') throw new Error(`the python fact is ${fact.state}`);
  return fact.value;
}

export function runtimeOf(...image: Parameters<typeof pythonOf>): PythonRuntime {
  const { runtime } = knownPython(...image);
  if (runtime === undefined) throw new Error('there is no runtime');
  return runtime;
}
