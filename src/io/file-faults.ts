import { Fault } from '../model/fault.ts';

/** The code of a failed system call (`ENOENT`), or undefined for anything else. */
export function systemCode(error: unknown): string | undefined {
  // not `instanceof Error`: the system's errors may come from another realm than this module
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

interface Wording {
  readonly text: string;
  readonly remedy: string;
  readonly environment?: boolean;
}
const WORDINGS: Readonly<Record<string, Wording>> = {
  ENOENT: { text: 'it does not exist', remedy: 'Check the path.' },
  ENOTDIR: { text: 'a part of the path is not a folder', remedy: 'Check the path.' },
  EEXIST: { text: 'a file is where a folder should be', remedy: 'Check the path.' },
  ENAMETOOLONG: { text: 'the path is too long', remedy: 'Choose a shorter one.' },
  ELOOP: { text: 'its symbolic links lead in a circle', remedy: 'Check the path.' },
  EISDIR: { text: 'it is a folder', remedy: 'Name a file.' },
  EACCES: { text: 'this user may not', remedy: 'Check the permissions of the path.' },
  EPERM: { text: 'this user may not', remedy: 'Check the permissions of the path.' },
  EROFS: { text: 'the file system is read-only', remedy: 'Choose a folder that can be written.' },
  ENOSPC: { text: 'the disk is full', remedy: 'Free some disk space and run again.', environment: true },
  EDQUOT: { text: 'the disk quota is used up', remedy: 'Free some disk space and run again.', environment: true },
  EMFILE: { text: 'too many files are open', remedy: 'Raise the limit on open files.', environment: true },
  EIO: { text: 'the disk reports an error', remedy: 'Check the disk and run again.', environment: true },
};

/** Says a failed file operation in words; errors that are not of the operating system are handed back as they are. */
export function fileFault(error: unknown, action: string, path: string): unknown {
  const wording = WORDINGS[systemCode(error) ?? ''];
  if (wording === undefined) return error;
  return new Fault(`cannot ${action} ${path}: ${wording.text}`, {
    kind: wording.environment === true ? 'environment' : 'user',
    where: path,
    remedy: wording.remedy,
    cause: error,
  });
}

/** Runs a file operation and throws what `fileFault` makes of its error. */
export async function guard<T>(action: string, path: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw fileFault(error, action, path);
  }
}
