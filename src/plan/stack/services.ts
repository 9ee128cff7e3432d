import { partAt, type Located, type LocatedMap, type Path } from '../../config/located.ts';
import type {
  ComposeCommand,
  ComposeDependency,
  ComposePort,
  ComposeService,
  ComposeVariable,
  Placed,
} from '../../model/compose-facts.ts';
import type { Place } from '../../model/place.ts';
import { gpuPlace } from './gpu.ts';
import type { ServiceModel } from './model.ts';
import {
  definitionsOf,
  findItems,
  findNamed,
  findValue,
  placeOfService,
  textOf,
  type ComposeSources,
} from './sources.ts';
import { readWords } from './words.ts';

/** What one service is and where each part of it was written; volumes and builds need the file system and are added apart. */
export function readService(
  name: string,
  model: ServiceModel,
  sources: ComposeSources,
): Omit<ComposeService, 'volumes' | 'build' | 'images'> {
  const definitions = definitionsOf(sources, name);
  const place = placeOfService(sources, name) ?? { file: '' };
  const at = (path: Path): Place => findValue(definitions, path)?.place ?? place;
  const gpu = gpuPlace(model, at);
  const memory = model.deploy?.resources?.limits?.memory ?? model.mem_limit;
  const restart = model.restart ?? model.deploy?.restart_policy?.condition;
  return {
    name,
    place,
    ...(model.image === undefined ? {} : { image: { value: model.image, place: at(['image']) } }),
    ...healthcheckOf(model, at),
    dependencies: dependenciesOf(model, definitions, place),
    ports: portsOf(model, definitions, at(['ports'])),
    variables: variablesOf(model, definitions),
    commands: commandsOf(definitions),
    ...(memory === undefined || Number(memory) === 0 ? {} : { memoryLimit: Number(memory) }),
    ...(restart === undefined ? {} : { restart }),
    ...(model.privileged === true ? { privileged: at(['privileged']) } : {}),
    hostNamespaces: hostNamespacesOf(model, at),
    capabilities: listedAt(model.cap_add, definitions, 'cap_add', at),
    securityOptions: listedAt(model.security_opt, definitions, 'security_opt', at),
    ...(gpu === undefined ? {} : { gpu }),
  };
}

function healthcheckOf(model: ServiceModel, at: (path: Path) => Place): Pick<ComposeService, 'healthcheck'> {
  const { healthcheck } = model;
  if (healthcheck === undefined || healthcheck === null) return {};
  const test = typeof healthcheck.test === 'string' ? ['CMD-SHELL', healthcheck.test] : (healthcheck.test ?? []);
  const disabled = healthcheck.disable === true || test[0] === 'NONE';
  const key = disabled ? 'disable' : 'test';
  const exact = at(['healthcheck', key]);
  return { healthcheck: { test, disabled, place: exact } };
}

function dependenciesOf(model: ServiceModel, definitions: readonly LocatedMap[], place: Place): ComposeDependency[] {
  return Object.entries(model.depends_on ?? {}).map(([service, { condition }]) => ({
    service,
    condition: condition ?? 'service_started',
    place:
      findNamed(definitions, ['depends_on'], service)?.place ?? findValue(definitions, ['depends_on'])?.place ?? place,
  }));
}

function portsOf(model: ServiceModel, definitions: readonly LocatedMap[], fallback: Place): ComposePort[] {
  const items = findItems(definitions, ['ports']);
  return (model.ports ?? []).map(({ target, published, host_ip: address }) => ({
    target,
    ...(published === undefined ? {} : { published: String(published) }),
    ...(address === undefined ? {} : { address }),
    place: items.find((item) => namesPort(item, target))?.place ?? fallback,
  }));
}

/** Whether the item publishes the container's port: `5433:5432`, `9000-9002:9000-9002/tcp`, `${P:-1}:80` or `target: 80`. */
function namesPort(item: Located, target: number): boolean {
  const [text = ''] = textOf(item.kind === 'map' ? partAt(item, ['target']) : item);
  const [first, last = first] = (text.split(':').at(-1) ?? '').replace(/\/.*$/, '').split('-');
  return Number(first) <= target && target <= Number(last);
}

function variablesOf(model: ServiceModel, definitions: readonly LocatedMap[]): ComposeVariable[] {
  const groups = [
    { role: 'environment', path: ['environment'], names: model.environment },
    { role: 'build argument', path: ['build', 'args'], names: model.build?.args },
    { role: 'label', path: ['labels'], names: model.labels },
  ] as const;
  return groups.flatMap(({ role, path, names }) =>
    Object.keys(names ?? {}).flatMap((name) => {
      const found = findNamed(definitions, path, name);
      return found === undefined ? [] : [{ role, name, ...found }];
    }),
  );
}

function commandsOf(definitions: readonly LocatedMap[]): ComposeCommand[] {
  const groups = [
    { role: 'command', path: ['command'] },
    { role: 'entrypoint', path: ['entrypoint'] },
    { role: 'healthcheck', path: ['healthcheck', 'test'] },
  ] as const;
  return groups.flatMap(({ role, path }) => {
    const found = findValue(definitions, path);
    return found === undefined ? [] : [{ role, words: readWords(found.value) }];
  });
}

const NAMESPACES = ['network_mode', 'pid', 'ipc', 'uts', 'userns_mode', 'cgroup'] as const;

function hostNamespacesOf(model: ServiceModel, at: (path: Path) => Place): Placed<string>[] {
  return NAMESPACES.filter((key) => model[key] === 'host').map((key) => ({ value: key, place: at([key]) }));
}

function listedAt(
  values: readonly string[] | null | undefined,
  definitions: readonly LocatedMap[],
  key: string,
  at: (path: Path) => Place,
): Placed<string>[] {
  const items = findItems(definitions, [key]);
  return (values ?? []).map((value) => ({
    value,
    place: items.find((item) => textOf(item)[0] === value)?.place ?? at([key]),
  }));
}
