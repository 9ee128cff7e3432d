import type { Clock, Files, ImageSink, ImageStores, Output, Processes } from '../model/effects.ts';
import { askBaseSize } from './base-size.ts';
import { makeCredentialLookup } from './credentials.ts';
import { openRegistrySink } from './registry.ts';
import type { RegistryContext } from './registry-session.ts';

export interface StoresOptions {
  readonly clock: Clock;
  readonly files: Pick<Files, 'readText' | 'stat'>;
  readonly processes: Processes;
  readonly output: Pick<Output, 'stderr'>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly openLayoutSink: (directory: string) => Promise<ImageSink>;
}

/** Registries and OCI layouts; nothing is opened or asked before it is used. */
export function makeStores(options: StoresOptions): ImageStores {
  const context = makeRegistryContext(options);
  return {
    openSink: (target, image) =>
      target.type === 'oci'
        ? options.openLayoutSink(target.directory)
        : Promise.resolve(openRegistrySink(`${target.location.replace(/\/+$/, '')}/${image}`, context)),
    baseSize: (reference, platform) => askBaseSize(reference, platform, context),
  };
}

/** What registries are asked with: docker's own credentials, and every retry told on stderr. */
export function makeRegistryContext(options: Omit<StoresOptions, 'openLayoutSink'>): RegistryContext {
  return {
    clock: options.clock,
    signal: options.signal,
    env: options.env,
    credentials: makeCredentialLookup(options),
    report: (line) => {
      options.output.stderr(`retry: ${line}\n`);
    },
  };
}
