import { HEALTHY } from './small-service.ts';

/** A notebook over HTTP: POST adds a line, GET lists them; it keeps them where NOTES points to and answers only while its database listens. */
const APP = `import http.server, json, os, signal, socket, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
notes, port = os.environ['NOTES'], int(os.environ.get('PORT', '8080'))
socket.create_connection(('db', 5432), timeout=5).close()
print('ready with', os.environ['DATABASE_PASSWORD'], flush=True)

class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header('content-type', 'application/json')
        self.send_header('content-length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def do_GET(self):
        lines = open(notes).read().splitlines() if os.path.exists(notes) else []
        self.answer(200, [{'note': line} for line in lines] if self.path == '/notes' else {'status': 'healthy'})
    def do_POST(self):
        note = json.loads(self.rfile.read(int(self.headers['content-length'])))['note']
        with open(notes, 'a') as kept:
            kept.write(note + '\\n')
        self.answer(201, {'note': note})
    def log_message(self, *words):
        pass
http.server.ThreadingHTTPServer(('0.0.0.0', port), Handler).serve_forever()
`;

const DOCKERFILE = `FROM python:3.11-slim
COPY app.py /app/app.py
RUN mkdir /data && chown 10001 /data
USER 10001
EXPOSE 8080
${HEALTHY}
CMD ["python", "/app/app.py"]
`;

/** The stack: a database, a step that runs once, and the notebook. `change` replaces a text of it to break one thing. */
export const COMPOSE = `services:
  db:
    image: pgvector/pgvector:pg15
    environment:
      POSTGRES_PASSWORD: \${DATABASE_PASSWORD:?set it}
    ports: ["5432:5432"]
    volumes: [db:/var/lib/postgresql/data]
    healthcheck:
      test: [CMD, pg_isready, -h, 127.0.0.1, -U, postgres]
      interval: 1s
      timeout: 5s
      retries: 30
  migrate:
    build: .
    command: [python, -c, "print('migrated')"]
    depends_on: { db: { condition: service_healthy } }
  api:
    build: .
    environment:
      NOTES: /data/notes
      DATABASE_PASSWORD: \${DATABASE_PASSWORD:?set it}
    volumes: [notes:/data]
    depends_on: { migrate: { condition: service_completed_successfully } }
    deploy:
      resources:
        limits: { memory: 128M, cpus: "0.5" }
volumes:
  db:
  notes:
`;

export const STACK = `stack:
  files: [docker-compose.yml]
  env: { DATABASE_PASSWORD: env.STACK_PASSWORD }
  ready-within: 60s
  stays-up: 1s
  http:
    - { get: "http://api:8080/", json: { status: healthy } }
    - { post: "http://api:8080/notes", body: '{"note": "kept"}', status: 201 }
    - { get: "http://api:8080/notes", json: [{ note: kept }] }
  run:
    - { service: db, command: [pg_isready, -h, api-of-nobody-else], exit: 2, within: 10s }
  deny-logs: [{ match: /traceback|panic/i, services: [api, migrate] }]
  survives-restart: true
`;

const CONFIG = `images:
  api: { dockerfile: Dockerfile, port: 8080 }
`;

/** Files of a repository whose stack is as above. */
export function stackFiles(change: { readonly compose?: string; readonly stack?: string; readonly app?: string } = {}) {
  return {
    Dockerfile: DOCKERFILE,
    'app.py': change.app ?? APP,
    'docker-compose.yml': change.compose ?? COMPOSE,
    'slipway.yml': `${CONFIG}${change.stack ?? STACK}`,
  };
}
