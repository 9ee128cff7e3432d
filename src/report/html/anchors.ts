import type { JudgedRecord } from '../../model/record.ts';

/** The id of what is said about an image or the stack; an image may be called stack, too. */
export function anchorOf(judged: JudgedRecord): string {
  return 'services' in judged ? 'stack' : `image-${slugOf(judged.name)}`;
}

/** A name as part of an id: what ids and fragments take, with the rest as numbers so that two names stay two. */
export function slugOf(name: string): string {
  return name.replace(/[^A-Za-z0-9-]/g, (character) => `_${String(character.codePointAt(0) ?? 0)}`);
}
