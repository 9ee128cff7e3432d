import { z } from 'zod';
import { ACCOUNT_SHAPE, describeAccountProblem, describeProviderProblem, PROVIDER_SHAPE } from '../google/names.ts';
import { durationValue, expectMap, pathValue, textValue } from './values.ts';

/** A name with a message of its own for each usual mistake: Google answers all of them alike, and late. */
function googleName(expected: string, describeProblem: (text: string) => string | undefined, pattern: string) {
  return z
    .string({ error: expected })
    .superRefine((text, ctx) => {
      const problem = describeProblem(text);
      if (problem === undefined) return;
      const message = `\`${text.slice(0, 120)}\` ${problem}`;
      ctx.addIssue({ code: 'custom', message, params: { complete: true } });
    })
    .meta({ pattern });
}

/** The keys of `google:`. */
export const googleSchema = z.strictObject(
  {
    'workload-identity-provider': googleName(
      PROVIDER_SHAPE,
      describeProviderProblem,
      '^projects/[0-9]+/locations/global/workloadIdentityPools/[a-z0-9-]+/providers/[a-z0-9-]+$',
    ).meta({ title: 'provider name', description: 'The provider that trusts GitHub’s tokens; it is no secret.' }),
    'service-account': googleName(ACCOUNT_SHAPE, describeAccountProblem, '^[^@\\s]+@[^@\\s]+$')
      .optional()
      .meta({ title: 'account', description: 'Act as this account.', usual: 'none, the identity itself may write' }),
    audience: textValue('an audience the provider allows').optional().meta({
      title: 'text',
      description: 'Only where the provider was given allowed audiences.',
      usual: 'the provider’s own name',
    }),
    'wait-for-iam': durationValue.optional().meta({
      description: 'Ask again for so long while Google may not yet know of a new grant.',
      usual: 'not at all',
    }),
    'provider-file': pathValue.optional().meta({
      description: 'The provider as gcloud describes it in JSON; a refusal is then explained clause by clause.',
    }),
  },
  { error: expectMap('a map with workload-identity-provider') },
);
