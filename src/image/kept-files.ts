import { readElfHead } from './elf-head.ts';
import { deriveKeptPython, keptPythonBytes } from './kept-python.ts';

/** The largest account file: more is none. */
export const ACCOUNT_LIMIT = 2 ** 20;

/** As much of an executable as is looked at to find its interpreter. */
const HEAD = 4096;
/** The kernel reads this much of a script's first line (BINPRM_BUF_SIZE). */
const SHEBANG = 256;

const WHOLE: ReadonlyMap<string, number> = new Map([
  ['etc/passwd', ACCOUNT_LIMIT],
  ['etc/group', ACCOUNT_LIMIT],
  ['etc/shadow', ACCOUNT_LIMIT],
  ['etc/os-release', 65_536],
  ['usr/lib/os-release', 65_536],
  ['lib/apk/db/installed', 4 * 2 ** 20],
  ['usr/lib/apk/db/installed', 4 * 2 ** 20],
  ['etc/ld.so.conf', 65_536],
]);
const LOADER_CONFIG = /^etc\/ld\.so\.conf\.d\/[^/]+\.conf$/;

/**
 * How many bytes of a regular file's body are kept while its layer passes; 0: none. Facts are written to disk, so nothing may be named here
 * that can hold a secret unless `deriveKept` takes the secret out. LAYER_READER_VERSION must be raised with every change.
 */
export function keptBytes(path: string, mode: number): number {
  const whole = WHOLE.get(path);
  if (whole !== undefined) return whole;
  if (LOADER_CONFIG.test(path)) return 65_536;
  const python = keptPythonBytes(path);
  if (python > 0) return python;
  return (mode & 0o111) !== 0 && !/\.so(?:\.|$)/.test(path) ? HEAD : 0;
}

/** Whether the whole file is kept, not its head only. */
export function isKeptWhole(path: string): boolean {
  return WHOLE.has(path);
}

/** What is really kept of those bytes; undefined: nothing. */
export function deriveKept(path: string, body: Buffer): Buffer | undefined {
  if (path === 'etc/passwd' || path === 'etc/shadow') return hidePasswords(body);
  if (isKeptWhole(path) || LOADER_CONFIG.test(path)) return body;
  return keptPythonBytes(path) > 0 ? deriveKeptPython(path, body) : keepHead(body);
}

/** Account lines with their password field told in one word, so that no hash is written to disk: empty, `x`, `!` (locked) or `hash`. */
export function hidePasswords(body: Buffer): Buffer {
  const lines = body.toString('latin1').split('\n');
  return Buffer.from(lines.map(hidePassword).join('\n'), 'latin1');
}

function hidePassword(line: string): string {
  const [name, password, ...others] = line.split(':');
  if (name === undefined || password === undefined) return line;
  return [name, describePassword(password), ...others].join(':');
}

function describePassword(password: string): string {
  if (password === '' || password === 'x') return password;
  return /^[!*]/.test(password) ? '!' : 'hash';
}

/** Of a script its first line (and the second one where installers write the interpreter there), of an ELF program what readElfHead keeps, of anything else nothing. */
function keepHead(body: Buffer): Buffer | undefined {
  if (body[0] === 0x7f) return readElfHead(body);
  if (body[0] !== 0x23 || body[1] !== 0x21) return undefined;
  const line = body.indexOf(10);
  const trampoline = line > 0 && body.toString('latin1', line + 1, line + 9) === "'''exec'";
  const end = trampoline ? body.indexOf(10, line + 1) : line;
  // A copy, or each line would hold on to the whole piece it was cut from.
  return Buffer.from(body.subarray(0, Math.min(trampoline ? 2 * SHEBANG : SHEBANG, end < 0 ? body.length : end)));
}
