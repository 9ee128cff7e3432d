import type { Platform } from '../../../model/image.ts';
import { formatPlatform } from '../../../model/image.ts';
import type { Finding } from '../../../model/verdict.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** The config blob's os and architecture are those asked for and those the index promises (OCI image spec, image index, "platform"). */
export const platform = defineRule({
  id: 'platform',
  title: 'The image is for the platform that was asked for',
  severity: 'error',
  always: true,
  keys: ['platforms'],
  kinds: ['service', 'job'],
  needs: ['image'],
  instruction: 'FROM',
  settings: noSettings,
  check({ image: description }, { image }) {
    const seen = formatPlatform(description.platform);
    const [first, ...others] = [
      ...complainAboutMissing(description.platform),
      ...complainAboutIndex(description.platform, description.manifest.platform),
      ...complainAboutRequest(description.platform, image.platforms),
    ].map((finding): Finding => ({ ...finding, seen }));
    return first === undefined ? { status: 'passed', seen } : { status: 'failed', findings: [first, ...others] };
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
