import { z } from 'zod';
import { Fault } from '../model/fault.ts';

/** A provider as `gcloud iam workload-identity-pools providers describe … --format=json` prints it. */
export interface ProviderDescription {
  readonly condition?: string;
  readonly mapping: Readonly<Record<string, string>>;
  readonly issuer?: string;
  readonly audiences: readonly string[];
  /** ACTIVE or DELETED. */
  readonly state?: string;
  readonly disabled: boolean;
}

const schema = z.object({
  attributeCondition: z.string().optional(),
  attributeMapping: z.record(z.string(), z.string()),
  oidc: z.object({ issuerUri: z.string().optional(), allowedAudiences: z.array(z.string()).optional() }).optional(),
  state: z.string().optional(),
  disabled: z.boolean().optional(),
});

/** Reads such a description. Throws a Fault for anything else. */
export function parseProviderFile(text: string, file: string): ProviderDescription {
  let parsed;
  try {
    parsed = schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Fault('this is not the description of a workload identity provider', {
      where: file,
      remedy: 'Write it with: gcloud iam workload-identity-pools providers describe PROVIDER … --format=json',
      cause,
    });
  }
  const { attributeCondition, attributeMapping, oidc, state, disabled } = parsed;
  return {
    mapping: attributeMapping,
    audiences: oidc?.allowedAudiences ?? [],
    disabled: disabled ?? false,
    ...(attributeCondition === undefined ? {} : { condition: attributeCondition }),
    ...(oidc?.issuerUri === undefined ? {} : { issuer: oidc.issuerUri }),
    ...(state === undefined ? {} : { state }),
  };
}
