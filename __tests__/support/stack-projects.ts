// No secret of anybody, and none that stands in this file.
const WEAK = ['dev', 'password'].join('');

const CONFIG = `images:
  api: { dockerfile: Dockerfile, healthy-within: 40s }
stack: { files: [docker-compose.yml, docker-compose.prod.yml] }
`;

/** A stack of two files, one of which extends a third, that breaks every rule of the group `compose`. */
export const BROKEN: Readonly<Record<string, string>> = {
  '.git/HEAD': '',
  'slipway.yml': CONFIG,
  Dockerfile: 'FROM python:3.11-slim\nCMD ["python", "-m", "http.server", "8000"]\nUSER 1000\n',
  'common.yml': 'services:\n  base:\n    image: acme/tool:latest\n    privileged: true\n',
  'docker-compose.yml': `version: '3.8'
services:
  db:
    image: postgres:15
    ports: ["5432:5432"]
    healthcheck: { test: [CMD, pg_isready] }
  api:
    build: .
    depends_on: [db]
    volumes: ["./nowhere:/data"]
    healthcheck: { test: [CMD, python, -c, pass] }
  tool:
    extends: { file: common.yml, service: base }
    volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
`,
  'docker-compose.prod.yml': `services:
  db:
    environment:
      POSTGRES_PASSWORD: ${WEAK}
  api:
    healthcheck: { test: [CMD, curl, -f, "http://localhost:8000/"] }
  tool:
    pid: host
    cap_add: [ALL]
    security_opt: ["seccomp:unconfined"]
    deploy: { resources: { reservations: { devices: [{ driver: nvidia, capabilities: [gpu] }] } } }
`,
};

/** Where each rule points in it. */
export const PLACES: Readonly<Record<string, string>> = {
  'compose.version-key': 'docker-compose.yml:1',
  'compose.published-internal': 'docker-compose.yml:5',
  'compose.depends-health': 'docker-compose.yml:9',
  'compose.bind-missing': 'docker-compose.yml:10',
  'compose.limits': 'docker-compose.yml:3',
  'compose.restart': 'docker-compose.yml:3',
  'compose.healthcheck': 'docker-compose.yml:12',
  'compose.docker-sock': 'docker-compose.yml:14',
  'compose.latest': 'common.yml:3',
  'compose.privileged': 'common.yml:4',
  'compose.secret-literal': 'docker-compose.prod.yml:4',
  'compose.hc-tool': 'docker-compose.prod.yml:6',
  'compose.host-ns': 'docker-compose.prod.yml:8',
  'compose.cap-all': 'docker-compose.prod.yml:9',
  'compose.seccomp-off': 'docker-compose.prod.yml:10',
  'compose.gpu-reservation': 'docker-compose.prod.yml:11',
};

/** The same stack, repaired; the base keeps a literal that the override takes away. */
export const REPAIRED: Readonly<Record<string, string>> = {
  ...BROKEN,
  'data/list.txt': '1\n',
  'common.yml': 'services:\n  base:\n    image: acme/tool:1.2\n',
  'docker-compose.yml': `services:
  db:
    image: postgres:15
    environment: { POSTGRES_PASSWORD: ${WEAK} }
    ports: ["127.0.0.1:5432:5432"]
    healthcheck: { test: [CMD, pg_isready] }
    mem_limit: 512m
    restart: unless-stopped
  api:
    build: .
    depends_on: { db: { condition: service_healthy } }
    volumes: ["./data:/data:ro"]
    healthcheck: { test: [CMD, curl, -f, "http://localhost:8000/"] }
    mem_limit: 512m
    restart: unless-stopped
  tool:
    extends: { file: common.yml, service: base }
    privileged: true
    mem_limit: 128m
    restart: "no"
    healthcheck: { test: [CMD, tool, --check] }
`,
  'docker-compose.prod.yml': `services:
  db:
    environment: { POSTGRES_PASSWORD: "\${POSTGRES_PASSWORD:-}" }
  api:
    healthcheck: { test: [CMD, python, -c, "import urllib.request as u; u.urlopen('http://localhost:8000/')"] }
  tool:
    privileged: false
    cap_add: [NET_BIND_SERVICE]
    security_opt: ["no-new-privileges:true"]
`,
};
