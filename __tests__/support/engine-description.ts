import { execFileSync } from 'node:child_process';
import type { ImageDescription, ImageRuntimeConfig } from '../../src/model/image.ts';
import { blankDescription, blankRuntime } from './blank.ts';

interface InspectedConfig {
  readonly User?: string;
  readonly Entrypoint?: readonly string[] | null;
  readonly Cmd?: readonly string[] | null;
  readonly StopSignal?: string;
  readonly ExposedPorts?: Readonly<Record<string, unknown>> | null;
  readonly Healthcheck?: {
    readonly Test?: readonly string[];
    readonly Interval?: number;
    readonly Timeout?: number;
    readonly StartPeriod?: number;
    readonly StartInterval?: number;
    readonly Retries?: number;
  };
}

/** An image's runtime config as the docker CLI tells it: a second source beside our own reader. */
export function describeFromEngine(reference: string): ImageDescription {
  const text = execFileSync('docker', ['image', 'inspect', '--format', '{{json .Config}}', reference]);
  const config = JSON.parse(text.toString()) as InspectedConfig;
  const health = config.Healthcheck;
  const milliseconds = (nanoseconds: number | undefined, otherwise: number): number =>
    nanoseconds === undefined || nanoseconds === 0 ? otherwise : nanoseconds / 1e6;
  const runtime: Partial<ImageRuntimeConfig> = {
    user: config.User ?? '',
    entrypoint: config.Entrypoint ?? [],
    command: config.Cmd ?? [],
    stopSignal: config.StopSignal ?? '',
    exposedPorts: Object.keys(config.ExposedPorts ?? {}),
    ...(health === undefined
      ? {}
      : {
          healthcheck: {
            test: health.Test ?? [],
            interval: milliseconds(health.Interval, 30_000),
            timeout: milliseconds(health.Timeout, 30_000),
            startPeriod: milliseconds(health.StartPeriod, 0),
            startInterval: milliseconds(health.StartInterval, 5000),
            retries: health.Retries ?? 3,
          },
        }),
  };
  return blankDescription({ config: blankRuntime(runtime) });
}
