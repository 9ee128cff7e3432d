/** What a name looks like at Google, and what each usual mistake is called. */

const PROJECT_NUMBER = /^\d{5,19}$/;
const POOL = /^[a-z](?:[a-z0-9-]{2,30}[a-z0-9])$/;
const PROVIDER = /^projects\/([^/]+)\/locations\/([^/]+)\/workloadIdentityPools\/([^/]+)\/providers\/([^/]+)$/;
const ACCOUNT =
  /^(?:[a-z](?:[a-z0-9-]{4,28}[a-z0-9])@[a-z0-9][a-z0-9.-]*\.iam\.gserviceaccount\.com|[a-z0-9.-]+@(?:developer|appspot)\.gserviceaccount\.com)$/;

export const PROVIDER_SHAPE = 'projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER';
export const ACCOUNT_SHAPE = 'NAME@PROJECT.iam.gserviceaccount.com';

/** The parts of a provider's name. */
export interface ProviderName {
  readonly project: string;
  readonly pool: string;
  readonly provider: string;
}

/** The parts of a well-formed provider name; undefined for every other text. */
export function parseProvider(text: string): ProviderName | undefined {
  if (describeProviderProblem(text) !== undefined) return undefined;
  const [, project = '', , pool = '', provider = ''] = PROVIDER.exec(text) ?? [];
  return { project, pool, provider };
}

/** What is wrong with a provider's name and what to write, or undefined: asked before any network call, because Google answers all of these alike. */
export function describeProviderProblem(text: string): string | undefined {
  const foreign = describeForeignText(text, PROVIDER_SHAPE);
  if (foreign !== undefined) return foreign;
  const bare = text.replace(/^(?:https:)?\/\/iam\.googleapis\.com\//, '').replace(/^\/+/, '');
  if (bare !== text) return `starts with more than the name; write it from projects/ on: ${bare.slice(0, 200)}`;
  if (text.includes('@')) return `is an account, not a provider; expected ${PROVIDER_SHAPE}`;
  if (text.includes('/workforcePools/')) return `is a workforce pool, which is for people; expected ${PROVIDER_SHAPE}`;
  return describePool(text) ?? describeParts(text);
}

function describePool(text: string): string | undefined {
  const pool = /^projects\/[^/]+\/locations\/[^/]+\/workloadIdentityPools\/([^/]+)(?:\/providers)?\/?$/.exec(text)?.[1];
  if (pool === undefined) return undefined;
  return (
    'is a pool; the name of a provider of it is missing (…/providers/PROVIDER). They are listed by ' +
    `gcloud iam workload-identity-pools providers list --location=global --workload-identity-pool=${quote(pool)}`
  );
}

function describeParts(text: string): string | undefined {
  const [, project, location, pool = '', provider = ''] = PROVIDER.exec(text) ?? [];
  if (project === undefined) return `is not the full name of a provider; expected ${PROVIDER_SHAPE}`;
  if (!PROJECT_NUMBER.test(project)) {
    return (
      `holds the project id ${quote(project)} where the project's number has to stand. It is printed by ` +
      `gcloud projects describe ${quote(project)} --format='value(projectNumber)'`
    );
  }
  if (location !== 'global') return `has the location ${quote(location ?? '')}; pools are always in global`;
  const bad = [pool, provider].find((id) => !POOL.test(id));
  return bad === undefined
    ? undefined
    : `holds ${quote(bad)}, which is no id of a pool or provider: 4 to 32 of a-z, 0-9 and -, a letter first`;
}

/** What is wrong with a service account's name, or undefined. */
export function describeAccountProblem(text: string): string | undefined {
  const foreign = describeForeignText(text, ACCOUNT_SHAPE);
  if (foreign !== undefined) return foreign;
  if (/^serviceAccount:/i.test(text))
    return 'starts with serviceAccount:, which belongs into bindings; write the address alone';
  if (text.startsWith('projects/')) return `is a resource name; write the address alone: ${ACCOUNT_SHAPE}`;
  if (/^\d+$/.test(text)) return `is the account's number; write its address: ${ACCOUNT_SHAPE}`;
  return ACCOUNT.test(text) ? undefined : `is not the address of a service account; expected ${ACCOUNT_SHAPE}`;
}

/** Texts that are none of the user's making: empty, or never filled in. */
function describeForeignText(text: string, expected: string): string | undefined {
  if (text.trim() === '') {
    return `is empty: a secret or variable that this event may not read, or whose name is misspelt, gives an empty text; expected ${expected}`;
  }
  if (/\$\{|\{\{|\}\}|^\$[A-Za-z_]/.test(text)) {
    return `was not expanded: GitHub fills in \${{ vars.NAME }} in workflow files only, with two braces; expected ${expected}`;
  }
  if (text !== text.trim() || /\s/.test(text)) return `holds white space; expected ${expected}`;
  return undefined;
}

/** Names are shown as data, cut short: they come from files and inputs. */
function quote(text: string): string {
  return /^[A-Za-z0-9._:-]{1,64}$/.test(text) ? text : JSON.stringify(text.slice(0, 64));
}
