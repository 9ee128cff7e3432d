const FOLDERS: Readonly<Record<string, string>> = {
  '.git': 'the repository with its whole history',
  '.hg': 'the repository with its whole history',
  '.svn': 'the repository with its whole history',
  node_modules: 'packages of this machine, built for this machine',
  '.venv': 'packages of this machine, built for this machine',
  venv: 'packages of this machine, built for this machine',
  __pycache__: 'bytecode of this machine',
  '.pytest_cache': 'a cache of the tests',
  '.mypy_cache': 'a cache of the type checker',
  '.ruff_cache': 'a cache of the linter',
  '.tox': 'environments of the tests',
  '.terraform': 'plugins and state of Terraform',
  '.idea': 'settings of an editor',
  '.vscode': 'settings of an editor',
};
const FILES: readonly (readonly [RegExp, string])[] = [
  [/^\.env(?:\.(?!(?:example|sample|template|dist)$)[\w.-]+)?$/, 'values of an environment, often secret'],
  [/^(?:\.netrc|\.git-credentials|\.pypirc)$/, 'credentials'],
  [/^id_(?:rsa|dsa|ecdsa|ed25519)$/, 'a private key'],
  [/^gha-creds-[0-9a-f]+\.json$/, 'credentials that an earlier step of the job wrote'],
  [/\.tfstate(?:\.backup)?$/, 'state of Terraform, often with secrets'],
];

/** The topmost part of a path that rarely belongs into an image, and what it is. */
export function explainUnwanted(path: string): { readonly path: string; readonly why: string } | undefined {
  const parts = path.split('/');
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1;
    const folder = !last && Object.hasOwn(FOLDERS, part) ? FOLDERS[part] : undefined;
    const why = folder ?? (last ? FILES.find(([pattern]) => pattern.test(part))?.[1] : undefined);
    if (why !== undefined) return { path: parts.slice(0, index + 1).join('/'), why };
  }
  return undefined;
}
