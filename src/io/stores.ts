import type { Clock, Files, ImageStores, Output, Processes } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import { askBaseSize } from './base-size.ts';
import { makeCredentialLookup } from './credentials.ts';
import type { CredentialLookup } from './credentials.ts';
import { listLayoutImages, openLayoutSink } from './oci-layout.ts';
import { findRegistryImage, openRegistryImage, openRegistrySink } from './registry.ts';
import type { RegistryContext } from './registry-session.ts';

export interface StoresOptions {
  readonly clock: Clock;
  readonly files: Pick<Files, 'readText' | 'stat' | 'writeAtomic'>;
  readonly processes: Processes;
  readonly output: Pick<Output, 'stderr'>;
  /** Asked before docker's own configuration. */
  readonly credentials?: CredentialLookup;
  readonly hide?: (secret: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** Registries and OCI layouts; nothing is opened or asked before it is used. */
export function makeStores(options: StoresOptions): ImageStores {
  const context = makeRegistryContext(options);
  return {
    openSink: (target, image, staging) =>
      Promise.resolve(
        target.type === 'oci'
          ? openLayoutSink(target.directory, options.files, image)
          : openRegistrySink(
              `${target.location.replace(/\/+$/, '')}/${image}`,
              context,
              staging === undefined ? undefined : `${staging}/${image}`,
            ),
      ),
    openImage: (reference, patience) =>
      openRegistryImage(reference, patience === 'impatient' ? makeImpatient(context) : context),
    findImage: (reference, patience) =>
      findRegistryImage(reference, patience === 'impatient' ? makeImpatient(context) : context),
    listLayout: listLayoutImages,
    baseSize: (reference, platform) => askBaseSize(reference, platform, context),
  };
}

/** Milliseconds that a question may take whose answer a run can do without. */
const PATIENCE = 5_000;

function makeImpatient(context: RegistryContext): RegistryContext {
  const late = new AbortController();
  const limit = setTimeout(() => {
    late.abort(new Fault(`no answer within ${String(PATIENCE / 1000)} s`, { kind: 'environment' }));
  }, PATIENCE);
  limit.unref();
  return {
    ...context,
    signal: AbortSignal.any([context.signal, late.signal]),
    deadline: PATIENCE,
    attempts: 1,
    report: () => undefined,
  };
}

/** What registries are asked with: docker's own credentials, and every retry told on stderr. */
export function makeRegistryContext(options: StoresOptions): RegistryContext {
  return {
    clock: options.clock,
    signal: options.signal,
    env: options.env,
    credentials: lookUpFirst(options.credentials, makeCredentialLookup(options)),
    ...(options.hide === undefined ? {} : { hide: options.hide }),
    report: (line) => {
      options.output.stderr(`retry: ${line}\n`);
    },
  };
}

function lookUpFirst(first: CredentialLookup | undefined, then: CredentialLookup): CredentialLookup {
  return first === undefined ? then : async (host) => (await first(host)) ?? then(host);
}
