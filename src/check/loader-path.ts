import type { FileFacts } from '../model/file-facts.ts';
import type { ImageDescription } from '../model/image.ts';
import { joinPath, readEnv } from './program-path.ts';

const TRIPLETS: Readonly<Record<string, string>> = { amd64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };
/** What glibc and musl look into by themselves, Debian's folder of the architecture included. */
const BUILT_IN = ['/lib', '/usr/lib', '/lib64', '/usr/lib64', '/usr/local/lib'];

/** The folders that the dynamic loader looks into (ld.so(8)), as real paths in the image. */
export function loaderFolders(files: FileFacts, { config, platform }: ImageDescription): ReadonlySet<string> {
  const triplet = TRIPLETS[platform.architecture];
  const written = [
    ...(readEnv(config, 'LD_LIBRARY_PATH') ?? '').split(/[:;]/).filter((folder) => folder !== ''),
    ...configuredFolders(files),
    ...BUILT_IN,
    ...(triplet === undefined ? [] : [`/lib/${triplet}`, `/usr/lib/${triplet}`]),
  ];
  return new Set(written.flatMap((folder) => files.resolve(joinPath(config.workingDirectory, folder))?.path ?? []));
}

/** /etc/ld.so.conf and every file of /etc/ld.so.conf.d, which all distributions include. */
function configuredFolders(files: FileFacts): readonly string[] {
  const folder = 'etc/ld.so.conf.d';
  const names = ['etc/ld.so.conf', ...files.children(folder).map((name) => `${folder}/${name}`)];
  return names.flatMap((name) => {
    const text = files.texts.get(files.resolve(name)?.path ?? '')?.toString('latin1') ?? '';
    return text
      .split('\n')
      .map((line) => line.replace(/#.*/, '').trim())
      .filter((line) => line.startsWith('/'));
  });
}
