import { ALNUM, BASE64, DIGITS, HEX, type RandomText, UPPER, URL64 } from './random.ts';
import { part, type Sample, sample } from './sample.ts';

/** What the trees of official images and packages hold and no one has to revoke. */
export function makeTrapSamples(r: RandomText): readonly Sample[] {
  const sha = (): string => r.text(HEX, 64);
  const certificate = `-----BEGIN CERTIFICATE-----\n${(r.text(BASE64, 1000).match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`;
  const key = `-----BEGIN RSA ${part('PRIVATE')} KEY-----\n${(`MIIE${r.text(BASE64, 600)}`.match(/.{1,64}/g) ?? []).join('\n')}\n-----END RSA ${part('PRIVATE')} KEY-----\n`;
  const site = 'usr/local/lib/python3.11/site-packages';
  return [
    sample('certificate', 'etc/ssl/certs/ca-certificates.crt', certificate.repeat(5)),
    sample(
      'public key',
      `${site}/x/key.pem`,
      `-----BEGIN PUBLIC KEY-----\n${r.text(BASE64, 64)}\n-----END PUBLIC KEY-----\n`,
    ),
    sample(
      'PGP public key',
      'usr/share/keyrings/debian.asc',
      `-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n${r.text(BASE64, 64)}\n-----END PGP PUBLIC KEY BLOCK-----\n`,
    ),
    sample('self-tests of a library', 'usr/lib/x86_64-linux-gnu/libgnutls.so.30.34.3', `\x7fELF\0${key}\0${key}\0`),
    sample('Debian’s key for tests', 'etc/ssl/private/ssl-cert-snakeoil.key', key),
    sample(
      'header without a key',
      `${site}/paramiko/pkey.py`,
      `if line == "-----BEGIN RSA ${part('PRIVATE')} KEY-----":\n    raise ValueError("-----END RSA ${part('PRIVATE')} KEY-----")\n`,
    ),
    sample(
      'key with dots',
      `${site}/docs/readme.rst`,
      `-----BEGIN ${part('PRIVATE')} KEY-----\nMIIEvQIBADANBg...\n-----END ${part('PRIVATE')} KEY-----\n`,
    ),
    sample(
      'environment of the Python image',
      'usr/local/share/python.env.txt',
      `GPG_KEY=${r.text('0123456789ABCDEF', 40)}\nPYTHON_SHA256=${sha()}\n`,
    ),
    sample(
      'RECORD',
      `${site}/requests-2.0.dist-info/RECORD`,
      Array.from(
        { length: 50 },
        (_, i) => `requests/m${String(i)}.py,sha256=${r.text(URL64, 43)},${r.text(DIGITS, 4)}`,
      ).join('\n'),
    ),
    sample(
      'package-lock',
      'app/package-lock.json',
      JSON.stringify({
        packages: { a: { resolved: 'https://registry.npmjs.org/a.tgz', integrity: `sha512-${r.text(BASE64, 86)}==` } },
      }),
    ),
    sample(
      'yarn.lock',
      'app/yarn.lock',
      `a@^1:\n  resolved "https://registry.yarnpkg.com/a-1.tgz#${r.text(HEX, 40)}"\n`,
    ),
    sample('requirements with hashes', 'app/requirements.txt', `requests==2.32.0 \\\n    --hash=sha256:${sha()}\n`),
    sample('git objects', 'app/.git/packed-refs', `${r.text(HEX, 40)} refs/heads/main\n`),
    sample(
      'git config without header',
      'app/.git/config',
      '[remote "origin"]\n\turl = https://github.com/x/y.git\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n',
    ),
    sample('git config over ssh', 'b/.git/config', '[remote "origin"]\n\turl = git@github.com:x/y.git\n'),
    sample(
      'botocore example',
      `${site}/botocore/data/sts/examples-1.json`,
      `{"AccessKeyId":"AK${part('IA')}IOSFODNN7EXAMPLE","SecretAccessKey":"wJalrXUtnFEMI/K7MDENG/bPxRfiCY${part('EXAMPLE')}KEY"}`,
    ),
    sample(
      'boto documentation',
      `${site}/boto/README.rst`,
      'aws_secret_access_key = <your secret key>\naws_access_key_id = <your access key>\n',
    ),
    sample(
      'sample token of the standard',
      `${site}/PyJWT.dist-info/METADATA`,
      `encoded = "${Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url')}.${Buffer.from('{"sub":"1234567890","name":"John Doe"}').toString('base64url')}.${r.text(URL64, 43)}"\n`,
    ),
    sample(
      'URL with words',
      `${site}/sqlalchemy/engine/url.py`,
      'postgresql://scott:tiger@localhost/test\nmysql://user:password@host/db\nxxx+xxx://xxx:xxx@xxx:xxx/xxx\n',
    ),
    sample(
      'URL with words and spaces',
      `${site}/httpx/_urls.py`,
      '    url = httpx.URL("HTTPS://jo%40example.org:a%20secret@müller.de:1234/pa%20th?search=ab#anchorlink")\n',
    ),
    sample(
      'owner and repository in a URL',
      `${site}/fsspec/implementations/github.py`,
      "    - 'github://org:repo@/precip/catalog.yml'\n    - 'github://org:repo@sha/precip/catalog.yml'\n",
    ),
    sample(
      'URL template',
      'app/settings.py',
      'URL = f"postgresql://{user}:{password}@{host}/{db}"\nR = "redis://:%s@redis:6379/0"\n',
    ),
    sample('URL of variables', 'app/compose.env.example', 'DATABASE_URL=postgres://app:${DB_PASSWORD}@db/app\n'),
    sample(
      'URL with a port and a mail address',
      'app/readme.md',
      'see http://localhost:8080/ or mail someone@example.org; http://host:80/path@2x.png\n',
    ),
    sample(
      'RFC 7617',
      `${site}/requests/auth.py`,
      `# Authorization: Basic ${Buffer.from('Aladdin:open sesame').toString('base64')}\n`,
    ),
    sample('RFC 6749', `${site}/oauthlib/base.py`, `    Authorization: Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW\n`),
    sample('.env example', 'app/.env.example', `DB_PASSWORD=${r.text(ALNUM, 16)}\n`),
    sample(
      '.env without values',
      'app/.env',
      'DB_PASSWORD=\nAPI_KEY=${API_KEY}\nSECRET_FILE=/run/secrets/x\nDEBUG=true\nPORT=8080\nPUBLIC_KEY=abc\n',
    ),
    sample('.env of placeholders', 'b/.env', 'DB_PASSWORD=changeme\nAPI_KEY=your-api-key-here\nTOKEN=<token>\n'),
    sample('.npmrc with a variable', 'app/.npmrc', '//registry.npmjs.org/:_authToken=${NPM_TOKEN}\nfund=false\n'),
    sample(
      '.npmrc of settings',
      'root/.npmrc',
      'audit=false\nprefix=/usr/local\nregistry=https://registry.npmjs.org/\n',
    ),
    sample(
      'docker config without auths',
      'root/.docker/config.json',
      '{"auths":{"ghcr.io":{}},"credsStore":"desktop"}',
    ),
    sample(
      'kubeconfig with exec',
      'root/.kube/config',
      'users:\n- name: a\n  user:\n    exec:\n      command: gke-gcloud-auth-plugin\n',
    ),
    sample(
      'Terraform state without secrets',
      'infra/terraform.tfstate',
      '{"version":4,"resources":[],"outputs":{"url":{"value":"https://x"}}}',
    ),
    sample(
      'netrc word in code',
      `${site}/requests/utils.py`,
      'NETRC_FILES = (".netrc", "_netrc")\n# machine, login and password\n',
    ),
    sample(
      'source of a scanner',
      `${site}/detect_secrets/plugins.py`,
      "regex = re.compile(r'gh[pousr]_[A-Za-z0-9_]{36}')\nsk = re.compile(r'sk_live_[0-9a-zA-Z]{24}')\n",
    ),
    sample(
      'code about keys',
      `${site}/google/auth/_default.py`,
      'private_key = info["private_key"]\nrefresh_token = info.get("refresh_token")\n',
    ),
    sample(
      'Kubernetes test words',
      'app/values.yaml',
      'password: ""\nexistingSecret: shop-db\nsecretKeyRef:\n  name: shop\n  key: password\n',
    ),
    sample(
      'UUIDs',
      'var/lib/ids.txt',
      Array.from(
        { length: 40 },
        () => `${r.text(HEX, 8)}-${r.text(HEX, 4)}-4${r.text(HEX, 3)}-8${r.text(HEX, 3)}-${r.text(HEX, 12)}`,
      ).join('\n'),
    ),
    sample('ELF-like bytes', 'usr/lib/libx.so.1', Buffer.concat([Buffer.from('\x7fELF', 'latin1'), r.bytes(200_000)])),
    sample(
      'base64 of an image',
      'app/static/logo.css',
      `.l{background:url(data:image/png;base64,${r.text(BASE64, 20_000)})}`,
    ),
    sample(
      'minified code',
      'app/static/a.js',
      Array.from({ length: 2000 }, () => `${r.text(ALNUM, 2)}.${r.text(ALNUM, 8)}(${r.text(DIGITS, 3)})`).join(';'),
    ),
    sample(
      'pyc of constants',
      'app/__pycache__/x.pyc',
      Buffer.concat([r.bytes(100), Buffer.from('\xda\x08password\xda\x05token\xda\x06secret', 'latin1'), r.bytes(500)]),
    ),
    sample(
      'publishable keys',
      'app/static/pay.js',
      `pay("pk_live_${r.text(ALNUM, 24)}"); test("sk_test_${r.text(ALNUM, 24)}");`,
    ),
    sample(
      'placeholders with prefixes',
      'app/readme2.md',
      `GITHUB_TOKEN=gh${part('p')}_${'x'.repeat(36)}\nOPENAI_API_KEY=sk-your-key\nHF_TOKEN=hf_xxx\nSTRIPE=sk_${part('live')}_${'X'.repeat(24)}\n`,
    ),
    sample(
      'npm names',
      'app/list.txt',
      'npm_config_registry npm_package_version npm_lifecycle_event hf_hub_download key-value SG.example\n',
    ),
    sample(
      'CUDA version and ids',
      'usr/local/cuda/version.json',
      JSON.stringify({ cuda: { version: '12.4.1', hash: r.text(HEX, 40) }, uuid: `GPU-${r.text(HEX, 8)}` }),
    ),
    sample(
      'dpkg sums',
      'var/lib/dpkg/info/libc6.md5sums',
      Array.from({ length: 60 }, () => `${r.text(HEX, 32)}  usr/lib/x`).join('\n'),
    ),
    sample(
      'apt key list',
      'usr/share/node.keys',
      Array.from({ length: 8 }, () => r.text('0123456789ABCDEF', 40)).join('\n'),
    ),
    sample(
      'Azurite’s well-known account',
      'app/dev.json',
      `AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==`,
    ),
    sample('words beside AKIA', 'app/names.txt', `TAKIAWASE AKIAK ${r.text(UPPER, 30)} SLAKIAN\n`),
    sample(
      'UTF-16 without secrets',
      'app/strings.resx',
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('Password:\r\nToken:\r\n', 'utf16le')]),
    ),
    sample(
      'ssh public keys',
      'root/.ssh/authorized_keys',
      `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA${r.text(BASE64, 43)} me\n`,
    ),
    sample(
      'id_rsa.pub beside',
      'root/.ssh/id_rsa.pub',
      `ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAB${r.text(BASE64, 300)} me\n`,
    ),
  ];
}
