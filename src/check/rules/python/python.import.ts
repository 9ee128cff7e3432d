import { z } from 'zod';
import type { ImportFacts, ModuleImport } from '../../../model/python-facts.ts';
import { countOf } from '../../number-words.ts';
import { failWithFew } from '../../path-findings.ts';
import { defineRule } from '../../rule.ts';

const settings = z.strictObject({
  modules: z
    .record(z.string(), z.array(z.string()))
    .default({})
    .describe('By image name, modules that must be importable: `{ api: [api.main] }`.'),
  allow: z
    .array(z.string())
    .default([])
    .describe('Modules with compiled code that may lack their libraries, because nothing uses them.'),
});

/** What the dynamic loader of glibc or musl says when compiled code cannot be loaded. */
const NOT_LOADED =
  /cannot open shared object file|undefined symbol|version `[^']+' not found|invalid ELF header|wrong ELF class|file too short|Error loading shared library|Error relocating|symbol not found/;
/** Libraries of the GPU driver come from the host. */
const OF_THE_DRIVER = /lib(?:cuda|nvidia-[\w-]+|nvcuvid|nvoptix)\.so/;
/** 128 and the signal: the process crashed. */
const CRASHED = /exit code (?:13[246]|139)$/;

/** Modules as the image's user imports them: declared ones must work, compiled ones must find their libraries. */
export const pythonImport = defineRule({
  id: 'python.import',
  title: 'Python modules can be imported by the user of the image',
  severity: 'error',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['imports'],
  settings,
  check({ imports: { imports, brokeOff, left } }, { settings: { allow } }) {
    const failed = [...imports.filter(isFailure), ...crash(brokeOff)].filter(
      ({ module, declared }) => declared || !allow.includes(module),
    );
    if (failed.length === 0 && brokeOff?.declared === true) {
      return { status: 'undecided', reason: `import ${brokeOff.module}: ${brokeOff.how}` };
    }
    const seen = describeSeen(imports.length, left, brokeOff);
    const findings = failed.map(({ module, error = '' }) => ({
      message: `import ${module} failed: ${error}`,
      remedy: NOT_LOADED.test(error)
        ? 'Install the system package with that library in the stage that is shipped, not only where the wheel was built.'
        : 'Run `python -c "import …"` in the image; install what is missing in the stage that is shipped.',
    }));
    return failWithFew(findings, seen);
  },
});

/** What was chosen by us is a sample: how far it went is said, it decides nothing. */
function describeSeen(tried: number, left: number, brokeOff: ImportFacts['brokeOff']): string {
  const rest = left + (brokeOff === undefined ? 0 : 1);
  if (rest === 0) return countOf(tried, 'module');
  const why = brokeOff === undefined ? 'no time left' : `${brokeOff.module}: ${brokeOff.how}`;
  return `${String(tried)} of ${String(tried + rest)} modules (${why})`;
}

function isFailure({ declared, error }: ModuleImport): boolean {
  if (error === undefined || OF_THE_DRIVER.test(error)) return false;
  return declared || NOT_LOADED.test(error);
}

function crash(brokeOff: ImportFacts['brokeOff']): readonly ModuleImport[] {
  if (brokeOff === undefined || !CRASHED.test(brokeOff.how)) return [];
  return [{ module: brokeOff.module, declared: brokeOff.declared, error: brokeOff.how }];
}
