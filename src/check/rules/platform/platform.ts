import type { FileFacts } from '../../../model/facts.ts';
import type { ImageDescription, Platform } from '../../../model/image.ts';
import { formatPlatform } from '../../../model/image.ts';
import type { Finding } from '../../../model/verdict.ts';
import { findStartedBinary, runsOn } from '../../machine.ts';
import { placeInImage, showPath } from '../../path-findings.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';
import { failWith } from '../../findings.ts';

/** The config blob's os and architecture are those asked for, those the index promises (OCI image spec, image index, "platform") and those of the program that is started. */
export const platform = defineRule({
  id: 'platform',
  title: 'The image is for the platform that was asked for',
  severity: 'error',
  always: true,
  keys: ['platforms'],
  kinds: ['service', 'job'],
  needs: ['image', 'files'],
  instruction: 'FROM',
  settings: noSettings,
  check({ image: description, files }, { image }) {
    const seen = formatPlatform(description.platform);
    return failWith(
      [
        ...complainAboutMissing(description.platform),
        ...complainAboutIndex(description.platform, description.manifest.platform),
        ...complainAboutRequest(description.platform, image.platforms),
        ...complainAboutProgram(description, files),
      ].map((finding): Finding => ({ seen, ...finding })),
      seen,
    );
  },
});

function complainAboutMissing({ os, architecture }: Platform): Finding[] {
  if (os !== '' && architecture !== '') return [];
  const message = `the image config names no ${os === '' ? 'os' : 'architecture'}`;
  return [{ message, remedy: 'Build the image with BuildKit, or set os and architecture in its config.' }];
}

function complainAboutIndex(seen: Platform, promised: Platform | undefined): Finding[] {
  if (promised === undefined || normalize(promised) === normalize(seen)) return [];
  const allowed = formatPlatform(promised);
  const message = `the index says ${allowed}, the image config says ${formatPlatform(seen)}`;
  return [{ message, allowed, remedy: 'Rebuild the image; do not assemble its index by hand.' }];
}

function complainAboutRequest(seen: Platform, requested: readonly string[]): Finding[] {
  if (requested.length === 0 || requested.some((text) => normalize(parse(text)) === normalize(seen))) return [];
  const allowed = requested.join(', ');
  const message = `the image is for ${formatPlatform(seen)}, ${allowed} was asked for`;
  return [{ message, allowed, remedy: 'Remove a fixed `FROM --platform=…`, or change `platforms:`.' }];
}

function complainAboutProgram({ platform: promised, config }: ImageDescription, files: FileFacts): Finding[] {
  const program = findStartedBinary(files, config);
  if (program === undefined || promised.os !== 'linux') return [];
  const [architecture = ''] = normalize(promised).split('/').slice(1);
  if (runsOn(program, architecture)) return [];
  const allowed = formatPlatform(promised);
  const path = showPath(program.path);
  const message = `${path} is a program for ${program.machine}, the image says ${allowed}: it dies with "exec format error"`;
  return [
    {
      message,
      seen: program.machine,
      allowed,
      ...placeInImage(program.path),
      remedy: 'Build or download the program for the image’s platform.',
    },
  ];
}

function parse(text: string): Platform {
  const [os = '', architecture = '', variant] = text.split('/');
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

/** Every spelling of one platform made equal, as containerd's `platforms.Normalize` does it. */
function normalize({ os, architecture, variant = '' }: Platform): string {
  const name = { x86_64: 'amd64', 'x86-64': 'amd64', aarch64: 'arm64', armhf: 'arm' }[architecture] ?? architecture;
  const defaults: Readonly<Record<string, string>> = { arm64: 'v8', arm: 'v7', amd64: 'v1' };
  const spelled = /^\d+$/.test(variant) ? `v${variant}` : variant;
  return `${os}/${name}/${spelled === '' ? (defaults[name] ?? '') : spelled}`.toLowerCase();
}
