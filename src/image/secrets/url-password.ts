import { isPlaceholder } from './pattern.ts';

const URL = /[a-z][a-z0-9+.-]*:\/\/[^\s"'<>@/:]*:(?<secret>[^\s"'<>@/]{2,})@[^\s"'<>]/gi;

/** Passwords in the URLs of a value that is used as it stands: weak ones count, references do not. */
export function findUrlPasswords(text: string): readonly { readonly kind: string; readonly secret: string }[] {
  return [...text.matchAll(URL)]
    .map((match) => match.groups?.['secret'] ?? '')
    .filter((secret) => !/^\$|\$\{|\$\(|\{\{|^%|^\*+$/.test(secret) && !isPlaceholder(secret))
    .map((secret) => ({ kind: 'password in a URL', secret }));
}
