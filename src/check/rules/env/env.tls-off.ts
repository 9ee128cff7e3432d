import type { ImageDescription } from '../../../model/image.ts';
import type { Finding } from '../../../model/verdict.ts';
import { nameLayer } from '../../budget.ts';
import { readVariables } from '../../image-env.ts';
import { failWithFew } from '../../path-findings.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

const OFF = /^(?:0|false|no|off)$/i;
const ON = /^(?:1|true|yes|on)$/i;
const EMPTY = /^\s*$/;
const SOMETHING = /\S/;

/** Variables that switch the checking of certificates off, with the values that do it, as their programs document them. */
const VARIABLES: readonly (readonly [RegExp, RegExp])[] = [
  [/^PYTHONHTTPSVERIFY$/, /^0$/],
  [/^NODE_TLS_REJECT_UNAUTHORIZED$/, /^0$/],
  [/^GIT_SSL_NO_VERIFY$/, ON],
  [/^(?:PIP_TRUSTED_HOST|UV_INSECURE_HOST|UV_TRUSTED_HOST|GOINSECURE)$/, SOMETHING],
  [/^(?:NPM|YARN|PNPM)_CONFIG_STRICT_SSL$|^YARN_STRICT_SSL$/i, OFF],
  [/^YARN_ENABLE_STRICT_SSL$/, OFF],
  [/^(?:REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE)$/, EMPTY],
  [/^(?:AWS_CLI_VERIFY_SSL|HF_HUB_VERIFY_SSL|VAULT_VERIFY|CONDA_SSL_VERIFY)$/, OFF],
  [/^VAULT_SKIP_VERIFY$/, ON],
];

/** Commands that take what anybody on the way sends them. */
const COMMANDS: readonly (readonly [RegExp, string])[] = [
  [/\bcurl\b[^|;&]*?\s(?:--insecure\b|-[a-zA-Z]*k(?=\s|$))/, 'curl --insecure'],
  [/\bwget\b[^|;&]*?\s--no-check-certificate\b/, 'wget --no-check-certificate'],
  [/\bpip[\d.]*\b[^|;&]*?\s--trusted-host\b/, 'pip --trusted-host'],
  [/\buv\b[^|;&]*?\s--(?:allow-insecure-host|trusted-host)\b/, 'uv --allow-insecure-host'],
  [/\bapk\b[^|;&]*?\s--allow-untrusted\b/, 'apk --allow-untrusted'],
  [/\bapt(?:-get)?\b[^|;&]*?\s--(?:allow-unauthenticated|force-yes)\b/, 'apt-get --allow-unauthenticated'],
  [/\b(?:yum|dnf|microdnf)\b[^|;&]*?\s--nogpgcheck\b/, 'dnf --nogpgcheck'],
  [/\bnpm\b[^|;&]*?\sstrict-ssl[\s=]+false\b/, 'npm strict-ssl false'],
  [/\bgit\b[^|;&]*?\bhttp\.sslVerify[\s=]+(?:false|0)\b/i, 'git http.sslVerify false'],
];

/** Certificates and signatures are checked: in the variables of the image, and in the RUN lines of its own layers. */
export const envTlsOff = defineRule({
  id: 'env.tls-off',
  title: 'Nothing switches the checking of certificates and signatures off',
  severity: 'error',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['image'],
  instruction: 'ENV',
  settings: noSettings,
  check({ image }) {
    return failWithFew([...judgeVariables(image), ...judgeCommands(image)], 'none');
  },
});

function judgeVariables({ config }: ImageDescription): Finding[] {
  return readVariables(config.env).flatMap(({ name, value }) => {
    if (!VARIABLES.some(([names, values]) => names.test(name) && values.test(value))) return [];
    const seen = value.length > 60 ? `${name}=${value.slice(0, 59)}…` : `${name}=${value}`;
    return [
      {
        message: `${seen} lets every program in the container trust whoever answers`,
        seen,
        allowed: `no ${name}`,
        remedy: 'Take the variable away; add your own certificate authority to the image where one is needed.',
      },
    ];
  });
}

function judgeCommands({ layers }: ImageDescription): Finding[] {
  return layers.flatMap((layer, index) => {
    if (layer.base || layer.instruction === undefined || !/\/bin\/|^RUN/.test(layer.instruction)) return [];
    const { instruction } = layer;
    return COMMANDS.filter(([command]) => command.test(instruction)).map(([, name]): Finding => ({
      message: `${nameLayer(layer, index)} uses ${name}: whoever sits in between decides what is installed`,
      seen: name,
      allowed: 'verified downloads',
      remedy:
        'Verify the download: a certificate authority of your own where one is needed, a checksum or signature in any case.',
    }));
  });
}
