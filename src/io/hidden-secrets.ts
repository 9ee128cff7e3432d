/** Secrets that came up during a run, so that nothing prints one. */
export interface HiddenSecrets {
  /** Takes the secret, and what docker makes of it, out of everything printed from now on. */
  readonly hide: (secret: string) => void;
  /** The text with every hidden secret replaced. */
  readonly clean: (text: string) => string;
}

/** Shorter texts would be found everywhere. */
const SHORTEST = 8;

/** `mask` also tells the runner, which then hides the secret in what other programs print. */
export function makeHiddenSecrets(mask: (secret: string) => void = () => undefined): HiddenSecrets {
  const known = new Set<string>();
  return {
    hide: (secret) => {
      const login = Buffer.from(`oauth2accesstoken:${secret}`).toString('base64');
      for (const form of [secret, login, Buffer.from(secret).toString('base64')]) {
        if (form.length < SHORTEST || known.has(form)) continue;
        known.add(form);
        mask(form);
      }
    },
    clean: (text) => {
      let clean = text;
      for (const secret of known) if (clean.includes(secret)) clean = clean.replaceAll(secret, '***');
      return clean;
    },
  };
}
