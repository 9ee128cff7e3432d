const METADATA_LIMIT = 2 ** 20;
const SMALL = 65_536;

const METADATA = /(?:\.dist-info\/METADATA|\.egg-info\/PKG-INFO|\.egg-info)$/;
/** Elsewhere `.pth` are the weights of a model. */
const PATH_FILE = /(?:site|dist)-packages\/[^/]+\.pth$/;
const FINDER = /(?:^|\/)__editable__\w*_finder\.py$/;
const OTHERS =
  /(?:\.(?:dist|egg)-info\/(?:entry_points\.txt|direct_url\.json|requires\.txt)|\.egg-link|(?:^|\/)pyvenv\.cfg)$/;
/** Says which CUDA a PyTorch was built for. */
const TORCH = /(?:site|dist)-packages\/torch\/version\.py$/;
const HEADERS = /^(?:name|version|requires-dist)\s*:/i;

/** How much of a file is kept that says what is installed for Python; 0: none of it. */
export function keptPythonBytes(path: string): number {
  if (METADATA.test(path)) return METADATA_LIMIT;
  return [PATH_FILE, FINDER, OTHERS, TORCH].some((pattern) => pattern.test(path)) ? SMALL : 0;
}

/** Of those files what rules read, and nothing that could be an address with a password in it; undefined: nothing. */
export function deriveKeptPython(path: string, body: Buffer): Buffer | undefined {
  const text = body.toString('latin1');
  if (METADATA.test(path)) return Buffer.from(selectHeaders(text), 'latin1');
  if (PATH_FILE.test(path)) return Buffer.from(text.replaceAll(/^(import[ \t]+[\w.]+).*$/gm, '$1'), 'latin1');
  if (FINDER.test(path)) return Buffer.from(/^MAPPING\b[^=\n]*=.*$/m.exec(text)?.[0] ?? '', 'latin1');
  if (TORCH.test(path)) return Buffer.from((text.match(/^(?:__version__|cuda)\b.*$/gm) ?? []).join('\n'), 'latin1');
  if (!path.endsWith('/direct_url.json')) return Buffer.from(text, 'latin1');
  // Only an installation from a folder matters; another URL can hold credentials.
  return /"url"\s*:\s*"file:\/\/(?:localhost)?\//.test(text) ? Buffer.from(text, 'latin1') : undefined;
}

function selectHeaders(text: string): string {
  const head = text.split(/\r?\n\r?\n/, 1)[0] ?? '';
  const lines = head.replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  return lines.filter((line) => HEADERS.test(line)).join('\n');
}
