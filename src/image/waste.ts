import type { WastedPath, WasteFacts, WasteGroup } from '../model/facts.ts';
import type { HiddenBody, MergedView } from './merge.ts';

const LISTED = 100;

/** Bytes that users download and cannot see: every body in the layers minus the bodies that the merged view reaches, with the largest by name. */
export function measureWaste(view: MergedView): WasteFacts {
  const filled = view.hidden.filter(({ body }) => body.size > 0);
  return {
    totalBodyBytes: view.totalBodyBytes,
    wastedBytes: filled.reduce((sum, { body }) => sum + body.size, 0),
    groups: groupHidden(filled),
    paths: filled.sort(bySizeThenPath).slice(0, LISTED).map(describeHidden),
  };
}

function groupHidden(hidden: readonly HiddenBody[]): readonly WasteGroup[] {
  const groups = new Map<string, WasteGroup>();
  for (const { body, hiddenBy, cause } of hidden) {
    const key = `${String(body.layer)} ${String(hiddenBy)} ${cause}`;
    const { bytes = 0, files = 0 } = groups.get(key) ?? {};
    groups.set(key, { layer: body.layer, hiddenBy, cause, bytes: bytes + body.size, files: files + 1 });
  }
  return [...groups.values()].sort((one, other) => other.bytes - one.bytes);
}

function bySizeThenPath(one: HiddenBody, other: HiddenBody): number {
  if (one.body.size !== other.body.size) return other.body.size - one.body.size;
  return one.path < other.path ? -1 : one.path > other.path ? 1 : one.body.layer - other.body.layer;
}

function describeHidden({ body, path, hiddenBy, cause }: HiddenBody): WastedPath {
  return { path: `/${readablePath(path)}`, bytes: body.size, layer: body.layer, hiddenBy, cause };
}

/** Latin1 keeps names apart that differ in one invalid byte; people read UTF-8 where the bytes are that. */
export function readablePath(path: string): string {
  const bytes = Buffer.from(path, 'latin1');
  const text = bytes.toString('utf8');
  return text.includes('\uFFFD') ? path : text;
}
