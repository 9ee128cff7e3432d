/** A service image that passes every rule: python's own server behind a health check that works, as a numeric user, stopping on SIGTERM. */
export const SERVER = `
import http.server, signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b'{"status": "healthy"}'
        self.send_response(200)
        self.send_header('content-type', 'application/json')
        self.send_header('content-length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *words):
        pass
http.server.ThreadingHTTPServer(('0.0.0.0', 8080), Handler).serve_forever()
`;

export const HEALTHY = `HEALTHCHECK --interval=2s --timeout=20s --start-period=30s --start-interval=300ms CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/')"]`;

/** Dockerfile of the small service; lines can be replaced to break one thing. */
export function serviceDockerfile(
  change: { readonly user?: string; readonly health?: string; readonly run?: string; readonly cmd?: string } = {},
): string {
  return [
    'FROM python:3.11-slim',
    'COPY server.py /app/server.py',
    ...(change.run === undefined ? [] : [`RUN ${change.run}`]),
    `USER ${change.user ?? '10001'}`,
    'EXPOSE 8080',
    change.health ?? HEALTHY,
    change.cmd ?? 'CMD ["python", "/app/server.py"]',
    '',
  ].join('\n');
}

export const SERVICE_CONFIG = `
images:
  api:
    dockerfile: Dockerfile
    port: 8080
    size: 400MB
    user: non-root
    healthy-within: 30s
    stops-within: 5s
    http:
      - { get: /, status: 200, json: { status: healthy } }
`;

export const SERVICE = { Dockerfile: serviceDockerfile(), 'server.py': SERVER, 'slipway.yml': SERVICE_CONFIG };
