import { formatPath } from './located.ts';
import type { Located, Path } from './located.ts';
import type { Problem } from './complaints.ts';

const WORKFLOW = /\$\{\{/;
/** Bounded, or a text of many `${` would be searched to its end from each. */
const BRACED = /\$\{[A-Za-z_][^}]{0,200}\}/;
/** Upper case only: `pa$sword` is an everyday literal. */
const BARE = /(?<!\$)\$[A-Z_][A-Z0-9_]+\b/;

/** Texts that are data for somebody else: bodies, regexes, prose. */
const FREE = new Set(['body', 'json', 'stdout', 'stderr', 'reason', 'match', 'owner']);

/** Values that look as if something would expand them; nothing here does. */
export function findExpressions(root: Located, path: Path = []): Problem[] {
  if (root.kind === 'map') {
    return [...root.entries].flatMap(([key, { value }]) =>
      FREE.has(key) && path.length >= 2 ? [] : findExpressions(value, [...path, key]),
    );
  }
  if (root.kind === 'list') {
    const shell = path.at(-1) === 'command' && root.items.some((item) => item.kind === 'scalar' && item.value === '-c');
    return root.items.flatMap((item, index) =>
      shell ? findIn(item, [...path, index], true) : findExpressions(item, [...path, index]),
    );
  }
  return findIn(root, path, path[0] === 'rules');
}

/** `lenient`: the text belongs to a shell in the container or to a rule, where `$` has its own meaning. */
function findIn(node: Located, path: Path, lenient: boolean): Problem[] {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return [];
  const found = [WORKFLOW, ...(lenient ? [] : [BRACED, BARE])].find((pattern) => pattern.test(String(node.value)));
  if (found === undefined) return [];
  const what =
    found === WORKFLOW ? 'a workflow expression `${{ … }}`' : `a shell variable \`${nameOf(node.value, found)}\``;
  const message = `${formatPath(path)}: looks like ${what}, and nothing is expanded in this file; ${rightWay(path)}`;
  return [{ path, complaint: { message, place: node.place } }];
}

function nameOf(text: string, pattern: RegExp): string {
  return (pattern.exec(text)?.[0] ?? '').replace(/^(\$\{?[A-Za-z_]\w*).*\}$/s, '$1}').slice(0, 40);
}

function rightWay(path: Path): string {
  const key = path[0] === 'images' ? path[2] : path[0] === 'stack' ? path[1] : path[0];
  if (key === 'env') return 'write env.NAME as the whole value and set NAME in the environment of the run';
  if (key === 'secrets') return 'write env.NAME or file.path, and set NAME in the environment of the run';
  if (key === 'args') return 'write the literal value; what changes between runs or is secret belongs in `secrets`';
  if (key === 'tags') return 'use the placeholders {sha:12}, {branch}, {version}, {major}, {minor}, {patch}';
  if (key === 'google') return 'write the name itself: it is no secret';
  if (key === 'registry' || key === 'staging')
    return 'write the registry itself, or leave the key out and pass --registry';
  return 'write the value itself';
}
