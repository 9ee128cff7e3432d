import { z } from 'zod';

const SHAPE = z.object({
  url: z.string(),
  dir_info: z.object({ editable: z.boolean().optional() }).optional(),
});

/** A distribution that was installed from a folder (PEP 610). */
export interface LocalInstall {
  /** Absolute, bytes as latin1. */
  readonly path: string;
  readonly editable: boolean;
}

/** Undefined when direct_url.json is none, or names no folder of this file system. */
export function parseDirectUrl(text: string): LocalInstall | undefined {
  const shape = SHAPE.safeParse(readJson(text));
  if (!shape.success) return undefined;
  const path = /^file:\/\/(?:localhost)?(\/.*)$/.exec(shape.data.url)?.[1];
  if (path === undefined) return undefined;
  return { path: decodePercent(path), editable: shape.data.dir_info?.editable === true };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Byte by byte, because paths are bytes and need not be UTF-8. */
function decodePercent(path: string): string {
  return path.replaceAll(/%([0-9a-fA-F]{2})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
}
