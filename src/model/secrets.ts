/** The rules that findings in files of an image belong to. */
export const SECRET_RULES = ['secret.layers', 'secret.files', 'secret.git'] as const;
export type SecretRule = (typeof SECRET_RULES)[number];

/** Something in one layer that is a secret by its form; the secret itself is kept nowhere. */
export interface LayerHit {
  readonly rule: SecretRule;
  /** `GitHub token` */
  readonly kind: string;
  /** In the layer, `/app/.env`; a member of an archive as `/app/x.zip!name`. */
  readonly path: string;
  /** At most four characters of it. */
  readonly masked: string;
  /** sha256(rule‖path‖sha256(secret)), hexadecimal. */
  readonly fingerprint: string;
}
/** What one layer holds, as it is kept by the layer's digest. */
export interface LayerSecrets {
  readonly hits: readonly LayerHit[];
  /** There was more than is kept. */
  readonly cut: boolean;
}

/** The same in an image. */
export interface SecretHit extends LayerHit {
  /** Index of the layer that holds it. */
  readonly layer: number;
  /** Index of the layer that deletes or replaces the file: it is still pulled with the image. */
  readonly hiddenBy?: number;
}

/** What the layers of an image hold that looks like secrets. */
export interface SecretFacts {
  readonly hits: readonly SecretHit[];
  /** Layers with more hits than are kept, by index. */
  readonly cut: readonly number[];
  readonly searchedLayers: number;
  /** Layers of the base image, whose secrets are not this image's to remove. */
  readonly baseLayers: number;
}

/** A secret in a statement that is attached to the image. */
export interface AttestationHit {
  /** `build argument GIT_TOKEN in its provenance` */
  readonly where: string;
  readonly kind: string;
  readonly masked: string;
  readonly fingerprint: string;
}
/** What the statements attached to an image hold that looks like secrets. */
export interface AttestationFacts {
  /** How many statements there are. */
  readonly statements: number;
  readonly hits: readonly AttestationHit[];
}
