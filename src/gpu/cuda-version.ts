import { askSmi, type SmiEffects } from './smi.ts';

/**
 * The driver's CUDA version as the table's head gives it; since driver 610 it reads `CUDA UMD Version: 13.3`.
 * No `--query-gpu` field has it.
 */
export function readCudaVersion(table: string): string | undefined {
  return /CUDA\s+(?:[A-Za-z]+\s)?Version\s*:\s*(\d+\.\d+)/.exec(table)?.[1];
}

/** The same out of `-q -x`. */
export function readXmlCudaVersion(xml: string): string | undefined {
  return /<cuda_version>\s*(\d+\.\d+)/.exec(xml)?.[1];
}

/** Asks the table, else the XML; undefined where neither says. */
export async function askCudaVersion(effects: SmiEffects): Promise<string | undefined> {
  const table = await askSmi(effects, []);
  const version = table.kind === 'answer' ? readCudaVersion(table.text) : undefined;
  if (version !== undefined) return version;
  const xml = await askSmi(effects, ['-q', '-x']);
  return xml.kind === 'answer' ? readXmlCudaVersion(xml.text) : undefined;
}
