import { z } from 'zod';
import type { ImageRuntimeConfig } from '../../../model/image.ts';
import type { Finding } from '../../../model/verdict.ts';
import { readVariables } from '../../image-env.ts';
import { failWithFew } from '../../path-findings.ts';
import { defineRule } from '../../rule.ts';

const settings = z.strictObject({
  allow: z.array(z.string()).default([]).describe('Variables or flags that are meant, such as `DEBUG` or `--reload`.'),
});

const ON = /^(?:1|true|yes|on|\*)$/i;
const DEVELOPMENT = /^(?:dev|development|debug)$/i;
/** Variables that frameworks read as "this is a developer's machine", with the values that mean it. */
const VARIABLES: readonly (readonly [RegExp, RegExp])[] = [
  [/^(?:DEBUG|DJANGO_DEBUG|FLASK_DEBUG|APP_DEBUG|PYTHONDEVMODE|PYTHONASYNCIODEBUG|WERKZEUG_DEBUG_PIN)$/, ON],
  [/^(?:FLASK_ENV|NODE_ENV|RAILS_ENV|RACK_ENV|APP_ENV|ENVIRONMENT|DJANGO_ENV|ASPNETCORE_ENVIRONMENT)$/, DEVELOPMENT],
  [/^PYTHONINSPECT$/, /\S/],
];
/** Words of the command line: reloaders, debuggers that listen, development servers. */
const WORDS: readonly RegExp[] = [
  /^--reload$/,
  /^--debug$/,
  /^--inspect(?:-brk)?(?:=.*)?$/,
  /^(?:.*\/)?nodemon$/,
  /^runserver$/,
  /^(?:debugpy|pydevd)$/,
  /^-agentlib:jdwp=.*/,
];
const PHRASES: readonly RegExp[] = [/(?:npm|yarn|pnpm)\s+(?:run\s+)?dev\b/, /\bflask\s+run\b.*--debug/];

/** The image starts as it should in production: no reloader, no debugger, no development mode. */
export const envDebugFlags = defineRule({
  id: 'env.debug-flags',
  title: 'The image does not start in development mode',
  severity: 'warning',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['image'],
  instruction: 'CMD',
  settings,
  check({ image: { config } }, { settings: { allow } }) {
    return failWithFew([...judgeVariables(config, allow), ...judgeCommand(config, allow)], 'none');
  },
});

function judgeVariables({ env }: ImageRuntimeConfig, allow: readonly string[]): Finding[] {
  return readVariables(env)
    .filter(({ name, value }) => !allow.includes(name) && VARIABLES.some(([a, b]) => a.test(name) && b.test(value)))
    .map(({ name, value }) => ({
      message: `${name}=${value} switches a development mode on`,
      seen: `${name}=${value}`,
      remedy: `Leave ${name} out of the image and set it where developers run it.`,
    }));
}

function judgeCommand({ entrypoint, command }: ImageRuntimeConfig, allow: readonly string[]): Finding[] {
  const argv = [...entrypoint, ...command];
  const words = argv.flatMap((word) => word.split(/\s+/)).filter((word) => WORDS.some((flag) => flag.test(word)));
  const line = argv.join(' ');
  const phrases = PHRASES.flatMap((phrase) => phrase.exec(line)?.[0] ?? []);
  return [...new Set([...words, ...phrases])]
    .filter((found) => !allow.includes(found))
    .map((found) => ({
      message: `the image is started with ${JSON.stringify(found)}, which is for development`,
      seen: found,
      remedy:
        'Start the production server in CMD; give developers another command (compose `command:`, another target).',
    }));
}
