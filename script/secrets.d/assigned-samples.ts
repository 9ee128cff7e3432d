import { ALNUM, BASE64, HEX, LOWER, DIGITS, type RandomText } from './random.ts';
import { type Sample, sample } from './sample.ts';

const SYMBOLS = `${LOWER}${DIGITS}!@#$%^&*(-_=+)`;

/** Secrets without a form of their own, in files of the application: only the name beside them tells. */
export function makeAssignedSamples(r: RandomText): readonly Sample[] {
  const name = (...words: readonly string[]): string => words.join('');
  const password = (): string =>
    `${r.text(ALNUM, 11)}${r.pick(['-', '_', '!'])}${r.text(DIGITS, 2)}${r.text(ALNUM, 4)}`;
  return [
    sample(
      'Django secret key',
      'app/shop/settings.py',
      `DEBUG = False\n${name('SECRET', '_KEY')} = '${r.text(SYMBOLS, 50)}'\n`,
    ),
    sample(
      'API key in code',
      'srv/client.py',
      `client = Client(region="eu", ${name('api', '_key')}="${r.text(HEX, 32)}")\n`,
    ),
    sample(
      'API key in code',
      'app/src/search.js',
      `const search = algolia({ appId: 'SHOP', ${name('api', 'Key')}: '${r.text(HEX, 32)}' })\n`,
    ),
    sample(
      'client secret in settings',
      'app/appsettings.Production.json',
      `{"Auth":{"ClientId":"shop","${name('Client', 'Secret')}":"${r.text(ALNUM, 40)}"}}`,
    ),
    sample(
      'password in YAML',
      'app/config/prod.yaml',
      `database:\n  host: db\n  ${name('pass', 'word')}: ${password()}\n`,
    ),
    sample(
      'key in TOML',
      'srv/config.toml',
      `[session]\nname = "sid"\n${name('secret', '_key')} = "${r.text(ALNUM, 44)}"\n`,
    ),
    sample(
      'key in a script',
      'srv/start.sh',
      `#!/bin/sh\nexport ${name('DD_API', '_KEY')}=${r.text(HEX, 32)}\nexec python main.py\n`,
    ),
    sample(
      'key in properties',
      'app/conf/server.properties',
      `server.port=8080\njwt.${name('sec', 'ret')}=${r.text(ALNUM, 48)}\n`,
    ),
    sample(
      'salt in PHP',
      'var/www/config.php',
      `<?php\ndefine('${name('AUTH', '_KEY')}', '${r.text(`${ALNUM}!@#%^&*`, 64)}');\n`,
    ),
    sample('token in Go', 'src/main.go', `package main\n\nconst api${name('To', 'ken')} = "${r.text(BASE64, 40)}"\n`),
    sample(
      'password in XML',
      'app/conf/context.xml',
      `<Resource name="jdbc/shop" username="shop" ${name('pass', 'word')}="${password()}"/>\n`,
    ),
    sample(
      'Kubernetes Secret',
      'app/deploy/secret.yaml',
      `apiVersion: v1\nkind: Secret\nmetadata:\n  name: shop\ndata:\n  db: ${Buffer.from(password()).toString('base64')}\ntype: Opaque\n`,
    ),
    sample(
      'Go variable',
      'src/keys.go',
      `var api${name('To', 'ken')} string = "${r.text(ALNUM, 40)}"\nraw := \`plain\`\n`,
    ),
    sample(
      'setting of a system property',
      'src/Main.java',
      `System.setProperty("SHOP_${name('API_', 'TOKEN')}", "${r.text(HEX, 40)}");\n`,
    ),
    sample(
      'XML element',
      'app/conf/mail.xml',
      `<mail>\n  <${name('pass', 'word')}>${password()}</${name('pass', 'word')}>\n</mail>\n`,
    ),
    sample('.NET setting', 'app/Web.config', `<add key="${name('Api', 'Secret')}" value="${r.text(ALNUM, 32)}" />\n`),
  ];
}

/** Names of secrets beside what is none. */
export function makeAssignedTraps(r: RandomText): readonly Sample[] {
  const site = 'usr/local/lib/python3.11/site-packages';
  return [
    sample(
      'reads the environment',
      'app/shop/settings.py',
      `SECRET_KEY = os.environ["SECRET_KEY"]\nDB_PASSWORD = env.str("DB_PASSWORD", default="")\nAPI_TOKEN = config('API_TOKEN')\n`,
    ),
    sample(
      'names of secrets',
      'app/deploy/values.yaml',
      'secretName: shop-db-credentials-2024\npasswordSecretRef: prod-db-password-v2\ntokenSecret: projects/42/secrets/api-token/versions/3\n',
    ),
    sample(
      'words of forms',
      'app/src/forms.ts',
      `const labels = { password: 'Your password 1234 again', passwordHint: "at-least-12-characters", token_type: 'bearer-token-v2' };\n`,
    ),
    sample(
      'error codes',
      'app/src/errors.json',
      '{"invalid_token":"errors.auth.token_invalid_401","password_reset":"accounts.password.reset.v2"}',
    ),
    sample(
      'special tokens of a model',
      'app/model/special_tokens_map.json',
      '{"bos_token":"<|begin_of_text|>","pad_token":"[PAD]","mask_token":"<mask_0001234567>"}',
    ),
    sample(
      'tokenizer',
      'app/model/tokenizer_config.json',
      `{"tokenizer_class":"LlamaTokenizerFast2024","added_tokens":"${r.text(ALNUM, 20)}"}`,
    ),
    sample(
      'page tokens',
      'srv/pages.json',
      `{"next_page_token":"${r.text(BASE64, 40)}","sync_token":"${r.text(ALNUM, 30)}"}`,
    ),
    sample(
      'keys of objects',
      'app/cache.py',
      `CACHE_KEY = "user:profile:v2:0001"\npartition_key = "${r.text(HEX, 32)}"\nprimary_key="order_id_2024_01"\n`,
    ),
    sample(
      'public keys by name',
      'app/src/pay.js',
      `const publicKey = "${r.text(ALNUM, 40)}"; const SITE_KEY = "${r.text(ALNUM, 40)}";\n`,
    ),
    sample(
      'URL of a token service',
      'app/auth.yaml',
      'token_url: https://auth.corp.internal/oauth2/v1/token\npassword_file: /run/secrets/db_password_1\ntoken_lifetime: 3600s\n',
    ),
    sample(
      'tests of the application',
      'app/tests/test_auth.py',
      `def test_login(client):\n    assert client.login(password="${r.text(ALNUM, 18)}")\n`,
    ),
    sample('example of a package', `${site}/stripe/_client.py`, `api_key = "${r.text(HEX, 32)}"\n`),
    sample(
      'templates',
      'app/chart/secret.yaml',
      'data:\n  password: {{ .Values.password | b64enc }}\n  token: ${API_TOKEN_12345678}\n  apiKey: "%(api_key_0123456)s"\n',
    ),
    sample(
      'Kubernetes objects that are none',
      'app/deploy/all.yaml',
      `kind: ConfigMap\ndata:\n  blob: ${r.text(BASE64, 40)}\n---\nkind: SecretProviderClass\nspec:\n  provider: gcp\n`,
    ),
    sample(
      'calls with names and words',
      'app/src/calls.ts',
      `t("password", "Your new password 2024"); get("api_token", "settings.api.token-1"); header('X-Auth-Token', "x-auth-token-v1");\n`,
    ),
    sample(
      'expressions in code',
      'srv/model.py',
      `eos_token_id = self.get_input_embeddings2(x1)\nper_token_scale = torch.empty_strided(n0,(1,m2))\nself.bbox_token=bbox_pos_emb[:, 0:8, idx2]\n`,
    ),
    sample(
      'minified comparison',
      'app/static/parse.js',
      `function p(e){return e.token=="a"||e.token==t?1:e.kind2=="Name",e.lastToken=e.token}`,
    ),
    sample(
      'hashes in a lock',
      'app/poetry.lock',
      `content-hash = "${r.text(HEX, 64)}"\ntoken = "${r.text(HEX, 64)}"\n`,
    ),
    sample(
      'translations',
      'app/src/locales/de.json',
      `{"password":"Kennwort-1234-${r.text(ALNUM, 10)}","token":"Zugangs-Schluessel-2"}`,
    ),
  ];
}
