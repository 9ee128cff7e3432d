import { judgeSecretName } from '../../model/secret-names.ts';
import { entropyOf, isPlaceholder } from './pattern.ts';

const REFERENCE =
  /^\$|\$\{|\$\(|\{\{|^<.*>$|^%.*%$|^\[.*\]$|^(?:env|file|secret|vault|ssm|arn|op|gcp|aws|azure|sm)[:./]/i;
const PATH = /^(?:\.{0,2}\/|~\/|[A-Za-z]:\\)[\w./~ @-]*$/;
const PLAIN =
  /^(?:true|false|yes|no|on|off|none|null|nil|undefined|unset|todo|tbd|default|disabled?|enabled?|\d+(?:\.\d+)*|-+|_+|\*+|=+)$/i;
const DOCUMENTED =
  /^(?:secret|password|passwd|token|key|changeit|value|string|str|text|optional|required|your\w*|my[-_]?(?:secret|password|token|key))$/i;

/** Whether a value that stands beside a secret's name is one: not a path, number, reference or placeholder, and for tokens made by a machine. */
export function isSecretValue(name: string, value: string): boolean {
  const sort = judgeSecretName(name);
  if (sort === undefined || value.length < 3) return false;
  if (REFERENCE.test(value) || PATH.test(value) || PLAIN.test(value) || isPlaceholder(value)) return false;
  if (sort === 'password') return !/\s/.test(value) && !/^(?:password|passwd|pass)$/i.test(value);
  return value.length >= 8 && !/\s/.test(value) && !DOCUMENTED.test(value) && isMachineMade(value);
}

/** Words, host names and versions are not; letters with digits or both cases without order are. */
function isMachineMade(value: string): boolean {
  if (entropyOf(value) < (value.length >= 20 ? 3.1 : 2.5)) return false;
  if (/^[a-z]+(?:[-_. ][a-z]+)*$/i.test(value)) return value.length >= 24 && entropyOf(value) >= 4.2;
  return (
    /\d/.test(value) ||
    (/[a-z]/.test(value) && /[A-Z]/.test(value) && !/^[A-Z]?[a-z]+(?:[A-Z][a-z]+)*$/.test(value)) ||
    /[^\w.-]/.test(value)
  );
}

const ASSIGNMENT =
  /^[ \t]*(?:export[ \t]+|set[ \t]+|-[ \t]+|define\(\s*)?["']?(?<name>[A-Za-z_][\w.-]{1,80})["']?[ \t]*(?:=>|=|:|,)[ \t]*(?:"(?<double>[^"\n]*)"|'(?<single>[^'\n]*)'|(?<bare>[^\s#;,'"][^\n#;,]*))/gm;
const ELEMENT = /<(?<name>[A-Za-z][\w.-]{1,60})>(?<bare>[^<>\n]{3,200})<\/\k<name>>/g;

/** Values of assignments in files of settings (`NAME=value`, `name: value`, `"name": "value"`, `<name>value</name>`) that are secrets by name and form. */
export function findAssignments(
  text: string,
): { readonly name: string; readonly secret: string; readonly at: number }[] {
  return [...text.matchAll(ASSIGNMENT), ...text.matchAll(ELEMENT)].flatMap((match) => {
    const { name = '', double, single, bare } = match.groups ?? {};
    const value = (double ?? single ?? bare ?? '').trim();
    return isSecretValue(name, value) ? [{ name, secret: value, at: match.index }] : [];
  });
}
