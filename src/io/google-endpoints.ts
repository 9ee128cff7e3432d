import { Fault } from '../model/fault.ts';
import { isLoopbackHost } from './registry-reference.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where Google is asked. */
export interface GoogleEndpoints {
  readonly sts: URL;
  readonly iamcredentials: URL;
  readonly artifactregistry: URL;
}

/** Set by tests and by `script/rig`: only then is anything but Google over https asked. */
export const LOOPBACK_FLAG = 'SLIPWAY_LOOPBACK_IDENTITY';

/** Google's addresses, or those of the variables the official action has for private ones (`GHA_ENDPOINT_OVERRIDE_sts`, …). Throws a Fault for an address that may not see a token. */
export function findEndpoints(env: Environment): GoogleEndpoints {
  return {
    sts: findEndpoint('sts', env),
    iamcredentials: findEndpoint('iamcredentials', env),
    artifactregistry: findEndpoint('artifactregistry', env),
  };
}

function findEndpoint(service: keyof GoogleEndpoints, env: Environment): URL {
  const name = `GHA_ENDPOINT_OVERRIDE_${service}`;
  const text = env[name];
  if (text === undefined || text === '') return new URL(`https://${service}.googleapis.com`);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && (isGoogle(url) || isAllowedLoopback(url, env))) return url;
  throw new Fault(`${name} leads to an address that may not see a token`, {
    where: name,
    remedy: 'Take the variable away, or set it to an https address of googleapis.com.',
  });
}

function isGoogle(url: URL): boolean {
  return url.protocol === 'https:' && url.port === '' && /^[a-z0-9.-]+\.googleapis\.com$/.test(url.hostname);
}

/** Whether the address is this machine and the run was told that this is a test. */
export function isAllowedLoopback(url: URL, env: Environment): boolean {
  return env[LOOPBACK_FLAG] === 'true' && url.protocol === 'http:' && isLoopbackHost(url.hostname);
}
