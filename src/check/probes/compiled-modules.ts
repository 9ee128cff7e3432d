import type { FileFacts } from '../../model/file-facts.ts';
import type { PythonRuntime } from '../../model/python-facts.ts';

const LIMIT = 60;
const IDENTIFIER = /^[A-Za-z_]\w*$/;

/**
 * Top-level modules of the image's own layers that hold compiled code: those that can fail for want of a system library. What came
 * with the base image is the base's to prove.
 */
export function findCompiledModules(files: FileFacts, runtime: PythonRuntime): readonly string[] {
  const prefixes = runtime.sites.map((site) => `${site.path}/`);
  const modules = new Set<string>();
  for (const { path, kind, base } of files.entries()) {
    if (kind !== 'file' || base || !path.endsWith('.so')) continue;
    const prefix = prefixes.find((one) => path.startsWith(one));
    if (prefix === undefined) continue;
    const [top = '', ...below] = path.slice(prefix.length).split('/');
    const name = below.length === 0 ? (top.split('.', 1)[0] ?? '') : top;
    const whole = below.length === 0 || files.find(`${prefix}${top}/__init__.py`) !== undefined;
    if (whole && IDENTIFIER.test(name)) modules.add(name);
  }
  return [...modules].sort().slice(0, LIMIT);
}
