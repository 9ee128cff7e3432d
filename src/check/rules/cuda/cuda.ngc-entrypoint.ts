import { readEnv } from '../../program-path.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

const SCRIPT = 'opt/nvidia/nvidia_entrypoint.sh';

/** NVIDIA's bases compare driver and image when they start; an ENTRYPOINT of one's own drops that. */
export const cudaNgcEntrypoint = defineRule({
  id: 'cuda.ngc-entrypoint',
  title: 'The driver check of an NVIDIA base still runs, or the fleet is declared',
  severity: 'warning',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['files', 'image'],
  instruction: 'ENTRYPOINT',
  settings: noSettings,
  check({ files, image: { config } }, { image }) {
    const product = readEnv(config, 'NVIDIA_PRODUCT_NAME');
    if (product === undefined || files.resolve(SCRIPT) === undefined) {
      return { status: 'skipped', reason: 'the image is not built on one of NVIDIA’s bases' };
    }
    if (config.entrypoint.some((word) => word.endsWith('nvidia_entrypoint.sh'))) {
      return { status: 'passed', seen: config.entrypoint.join(' ') };
    }
    const fleet = image.gpu?.fleet ?? [];
    if (fleet.length > 0) return { status: 'passed', seen: 'replaced; cuda.require checks the declared drivers' };
    const base = product === '' ? 'an NVIDIA base' : `NVIDIA’s base "${product}"`;
    const words = config.entrypoint.length === 0 ? 'taken away' : `replaced by ${JSON.stringify(config.entrypoint)}`;
    return {
      status: 'failed',
      findings: [
        {
          message: `the image is built on ${base}, whose ENTRYPOINT /${SCRIPT} was ${words}: nothing compares driver and image at the start any more`,
          seen: config.entrypoint.join(' '),
          allowed: `/${SCRIPT}`,
          remedy: `Begin ENTRYPOINT with "/${SCRIPT}", or declare the GPUs under gpu.fleet, and their drivers are checked before a GPU is used.`,
        },
      ],
    };
  },
});
