import { generateKeyPairSync } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { ALNUM, BASE64, HEX, LOWER, DIGITS, type RandomText, URL64 } from './random.ts';
import { part, type Sample, sample } from './sample.ts';
import { jwt } from './token-samples.ts';

/** Keys are made anew each time: nobody can have them anywhere. */
function makePem(type: 'rsa' | 'ec' | 'ed25519', form: 'pkcs1' | 'sec1' | 'pkcs8'): string {
  if (type === 'rsa') {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    return privateKey.export({ type: form === 'pkcs1' ? 'pkcs1' : 'pkcs8', format: 'pem' }).toString();
  }
  if (type === 'ec') {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    return privateKey.export({ type: form === 'sec1' ? 'sec1' : 'pkcs8', format: 'pem' }).toString();
  }
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function openssh(random: RandomText): string {
  const body = `b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW${random.text(BASE64, 330)}==`;
  const lines = body.match(/.{1,70}/g) ?? [];
  return [
    `-----BEGIN OPENSSH ${part('PRIVATE')} KEY-----`,
    ...lines,
    `-----END OPENSSH ${part('PRIVATE')} KEY-----`,
    '',
  ].join('\n');
}

function utf16(text: string): Buffer {
  return Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Credentials in the files that tools keep them in, and in forms that are easily missed. */
export function makeFileSamples(r: RandomText): readonly Sample[] {
  const password = (): string => `${r.text(ALNUM, 11)}${r.pick(['-', '_', '.'])}${r.text(ALNUM, 6)}`;
  const aws = (): string => r.text(BASE64, 40);
  const gcp = JSON.stringify(
    {
      type: 'service_account',
      project_id: 'shop-prod',
      private_key_id: r.text(HEX, 40),
      private_key: makePem('rsa', 'pkcs8'),
    },
    undefined,
    2,
  );
  const tfstate = {
    version: 4,
    resources: [{ type: 'db', instances: [{ attributes: { username: 'admin', password: password() } }] }],
  };
  const github = (): string => `gh${part('p')}_${r.text(ALNUM, 36)}`;
  return [
    sample('private key', 'app/tls/server.key', makePem('rsa', 'pkcs1')),
    sample('private key', 'etc/ssl/private/ec.pem', makePem('ec', 'sec1')),
    sample('private key', 'app/keys/signing.pem', makePem('ec', 'pkcs8')),
    sample('private key', 'app/keys/ed25519.pem', makePem('ed25519', 'pkcs8')),
    sample('private key', 'app/config/tls.yaml', `tls:\n  key: |\n${makePem('rsa', 'pkcs8').replace(/^/gm, '    ')}`),
    sample('SSH private key', 'root/.ssh/id_ed25519', openssh(r)),
    sample('SSH private key', 'home/app/.ssh/id_rsa', makePem('rsa', 'pkcs1')),
    sample('cloud credential', 'app/gcp.json', gcp),
    sample(
      'cloud credential',
      'root/.config/gcloud/application_default_credentials.json',
      JSON.stringify({
        client_id: `${r.text(DIGITS, 12)}.apps.googleusercontent.com`,
        client_secret: `d-${r.text(ALNUM, 22)}`,
        refresh_token: `1//${part('0g')}${r.text(URL64, 62)}`,
        type: 'authorized_user',
      }),
    ),
    sample(
      'cloud credential',
      'home/runner/gha-creds-1f0e.json',
      JSON.stringify({
        type: 'external_account',
        credential_source: {
          url: 'https://token.actions/x',
          headers: { Authorization: `Bearer ${jwt(r, { nam: r.text(HEX, 40) }, 86)}` },
        },
      }),
    ),
    sample(
      'AWS secret access key',
      'root/.aws/credentials',
      `[default]\naws_access_key_id = AK${part('IA')}${r.text('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16)}\naws_secret_access_key = ${aws()}\n`,
    ),
    sample('AWS secret access key', 'app/storage.py', `s3 = client("s3", aws_secret_access_key="${aws()}")\n`),
    sample(
      'Azure storage key',
      'app/appsettings.json',
      `{"Storage":"DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=${r.bytes(64).toString('base64')};EndpointSuffix=core.windows.net"}`,
    ),
    sample(
      'password in a URL',
      'app/alembic.ini',
      `[alembic]\nsqlalchemy.url = postgresql+psycopg://shop:${password()}@db.internal:5432/shop\n`,
    ),
    sample('password in a URL', 'app/worker.py', `broker = Celery(broker="redis://:${password()}@redis:6379/0")\n`),
    sample(
      'password in a URL',
      'app/mongo.js',
      `connect('mongodb+srv://svc:${password()}@cluster0.mongodb.net/prod')\n`,
    ),
    sample(
      'password in a URL',
      'etc/pip.conf',
      `[global]\nindex-url = https://ci:${password()}@pypi.corp.internal/simple\n`,
    ),
    sample('environment file', 'app/.env', `DEBUG=0\nDB_HOST=db\nDB_PASSWORD=${password()}\n`),
    sample('environment file', 'app/.env.production', `PORT=8080\nexport JWT_SECRET="${r.text(ALNUM, 48)}"\n`),
    sample('netrc password', 'root/.netrc', `machine git.corp.internal\n  login ci\n  password ${password()}\n`),
    sample('netrc password', 'home/app/.netrc', `machine api.wandb.ai login user password ${r.text(HEX, 40)}\n`),
    sample(
      'git credential',
      'app/.git/config',
      `[http "https://github.com/"]\n\textraheader = AUTHORIZATION: basic ${base64(`x-access-token:gh${part('s')}_${r.text(ALNUM, 36)}`)}\n`,
    ),
    sample(
      'git credential',
      'src/.git/config',
      `[remote "origin"]\n\turl = https://ci:${password()}@git.corp.internal/shop.git\n`,
    ),
    sample('git credential', 'root/.git-credentials', `https://ci:${r.text(ALNUM, 20)}@git.corp.internal\n`),
    sample(
      'npm credential',
      'root/.npmrc',
      `registry=https://npm.corp.internal/\n//npm.corp.internal/:_authToken=${r.text(HEX, 8)}-${r.text(HEX, 4)}-4${r.text(HEX, 3)}-a${r.text(HEX, 3)}-${r.text(HEX, 12)}\n`,
    ),
    sample('npm credential', 'app/.npmrc', `_auth=${base64(`ci:${password()}`)}\nalways-auth=true\n`),
    sample(
      'PyPI password',
      'root/.pypirc',
      `[corp]\nrepository = https://pypi.corp.internal\nusername = ci\npassword = ${password()}\n`,
    ),
    sample(
      'registry password',
      'root/.docker/config.json',
      JSON.stringify({ auths: { 'registry.corp.internal': { auth: base64(`ci:${password()}`) } } }, undefined, 2),
    ),
    sample(
      'kubeconfig credential',
      'root/.kube/config',
      `apiVersion: v1\nkind: Config\nusers:\n- name: ci\n  user:\n    token: ${r.text(LOWER + DIGITS, 6)}.${r.text(LOWER + DIGITS, 16)}\n`,
    ),
    sample(
      'kubeconfig credential',
      'etc/kubernetes/admin.conf',
      `users:\n- name: admin\n  user:\n    client-key-data: ${base64(makePem('rsa', 'pkcs1'))}\n`,
    ),
    sample('PostgreSQL password', 'root/.pgpass', `db.internal:5432:shop:shop:${password()}\n`),
    sample('Terraform state', 'infra/terraform.tfstate', JSON.stringify(tfstate, undefined, 2)),
    sample('Terraform variables', 'infra/prod.tfvars', `region = "eu"\ndb_password = "${password()}"\n`),
    sample(
      'HTTP header',
      'srv/fetch.sh',
      `curl -H "Authorization: Basic ${base64(`svc:${password()}`)}" https://api.corp.internal\n`,
    ),
    sample('UTF-16 file', 'app/settings.ini', utf16(`[github]\r\ncredential=${github()}\r\n`)),
    sample('gzip file', 'var/log/build.log.gz', gzipSync(`step 1\nusing ${github()}\n`)),
    sample(
      'compiled file',
      'app/__pycache__/settings.cpython-311.pyc',
      Buffer.concat([r.bytes(64), Buffer.from(`\xda\x28${github()}\x00`, 'latin1'), r.bytes(200)]),
    ),
    sample('long file', 'var/log/long.log', `${'2026-01-01 nothing to see here\n'.repeat(40_000)}${github()}\n`),
  ];
}
