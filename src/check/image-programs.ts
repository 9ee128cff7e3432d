import type { FileFacts } from '../model/facts.ts';

const USUAL = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Folders an image searches for programs, as its configuration's environment says. */
export function pathOf(env: readonly string[]): readonly string[] {
  const written = env.findLast((entry) => entry.startsWith('PATH='))?.slice('PATH='.length);
  return (written ?? USUAL).split(':').filter((folder) => folder.startsWith('/'));
}

/** Whether the image has the program, by its path or on the search path, as a file that somebody may run. */
export function findProgram(files: FileFacts, program: string, path: readonly string[]): boolean {
  const places = program.includes('/') ? [program] : path.map((folder) => `${folder}/${program}`);
  return places.some((place) => {
    const entry = files.resolve(place.replace(/^\/+/, ''));
    return entry?.kind === 'file' && (entry.mode & 0o111) !== 0;
  });
}
