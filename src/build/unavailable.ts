import type { EngineInfo } from '../model/engine.ts';
import type { PlannedImage } from '../model/plan.ts';

/** Says which way the images take through this engine, and what of the config it cannot do (build.md, "Three engines, one promise"). */
export function explainPath(planned: readonly PlannedImage[], engine: EngineInfo): readonly string[] {
  const { store, driver } = engine;
  if (store === 'containerd') return ['built into the containerd image store, read and published from there'];
  const path = `the engine keeps images with the ${driver} graph driver: each is pushed once to a registry of this process, and those bytes are read, checked and published`;
  return [path, ...listUnavailable(planned, engine)];
}

/** What the config asks for and this engine cannot do, with the images it is about. */
export function listUnavailable(planned: readonly PlannedImage[], { store }: EngineInfo): readonly string[] {
  if (store === 'containerd') return [];
  const where = (names: readonly PlannedImage[]): string => names.map(({ name }) => name).join(', ');
  const attested = planned.filter(({ config }) => config.provenance !== 'off');
  const cached = planned.filter(({ cacheTo }) => cacheTo.length > 0);
  const listed = planned.filter(({ config }) => config.sbomGenerator !== undefined);
  const zstd = planned.filter(({ config }) => config.compression === 'zstd');
  const lacking = [
    { names: attested, what: 'build provenance is not attached' },
    { names: listed, what: 'no bill of materials is made' },
    { names: cached, what: 'the build cache is not exported' },
    { names: zstd, what: 'compression stays gzip' },
  ];
  return lacking
    .filter(({ names }) => names.length > 0)
    .map(({ names, what }) => `${what} (${where(names)}): that needs the engine's containerd image store`);
}
