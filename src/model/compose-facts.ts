import type { Place } from './place.ts';

/** A value of the merged model and the line that set it. */
export interface Placed<T> {
  readonly value: T;
  readonly place: Place;
}
/** A named text as its author wrote it: variables are not filled in. */
export interface ComposeVariable {
  readonly role: 'environment' | 'build argument' | 'label';
  readonly name: string;
  readonly text: string;
  readonly place: Place;
}
/** The words of a command as written, variables not filled in; a script behind `-c` is split as well. */
export interface ComposeCommand {
  readonly role: 'command' | 'entrypoint' | 'healthcheck';
  readonly words: readonly Placed<string>[];
}
export interface ComposePort {
  /** Port inside the container. */
  readonly target: number;
  /** Port or range on the host; absent: the engine chooses one. */
  readonly published?: string;
  /** Address on the host; absent: all of them. */
  readonly address?: string;
  readonly place: Place;
}
export interface ComposeVolume {
  readonly type: string;
  /** Absolute for a bind mount, else a name. */
  readonly source?: string;
  readonly target: string;
  /** A bind mount of a path written relative to the compose file: whether a checkout has it. */
  readonly host?: 'present' | 'missing' | 'outside';
  /** As it is written, for messages. */
  readonly written: string;
  readonly place: Place;
}
export interface ComposeDependency {
  readonly service: string;
  /** `service_started` where nothing else is written. */
  readonly condition: string;
  readonly place: Place;
}
export interface ComposeBuild {
  /** Absolute. */
  readonly context: string;
  /** Absolute. */
  readonly dockerfile: string;
  readonly target?: string;
  /** Whether its Dockerfile gives it a HEALTHCHECK; absent: it could not be read. */
  readonly healthcheck?: boolean;
}
export interface ComposeHealthcheck {
  /** `CMD` or `CMD-SHELL` and what follows; empty when only the timing of the image's own is changed. */
  readonly test: readonly string[];
  readonly disabled: boolean;
  readonly place: Place;
}
/** One service of the merged, interpolated model. */
export interface ComposeService {
  readonly name: string;
  /** Where it is named first. */
  readonly place: Place;
  readonly image?: Placed<string>;
  readonly build?: ComposeBuild;
  /** Names of the images of the configuration that it starts. */
  readonly images: readonly string[];
  readonly healthcheck?: ComposeHealthcheck;
  readonly dependencies: readonly ComposeDependency[];
  readonly ports: readonly ComposePort[];
  readonly volumes: readonly ComposeVolume[];
  readonly variables: readonly ComposeVariable[];
  readonly commands: readonly ComposeCommand[];
  /** Bytes, by either spelling of the limit. */
  readonly memoryLimit?: number;
  /** `restart:` or the condition of `deploy.restart_policy`. */
  readonly restart?: string;
  readonly privileged?: Place;
  /** `network_mode: host`, `pid: host` and their kin. */
  readonly hostNamespaces: readonly Placed<string>[];
  readonly capabilities: readonly Placed<string>[];
  readonly securityOptions: readonly Placed<string>[];
  /** Where a device of a GPU driver is reserved. */
  readonly gpu?: Place;
}
export interface ComposeFacts {
  /** Files of the stack as the configuration names them. */
  readonly files: readonly string[];
  readonly services: readonly ComposeService[];
  /** The obsolete `version:` keys. */
  readonly versions: readonly Placed<string>[];
}
