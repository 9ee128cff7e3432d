import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import type { Http, HttpRequest, HttpResponse } from '../model/http.ts';

const BODY_LIMIT = 1024 * 1024;

/** One HTTP request at a time over a connection of its own: no redirects, at most 1 MiB of body, a deadline for the whole exchange. */
export function makeHttp(): Http {
  return { request: sendRequest };
}

function sendRequest(asked: HttpRequest): Promise<HttpResponse> {
  const send = asked.url.startsWith('https:') ? requestSecure : requestPlain;
  return new Promise((resolve, reject) => {
    const outgoing = send(asked.url, {
      method: asked.method,
      headers: asked.headers,
      agent: false,
      ...(asked.signal === undefined ? {} : { signal: asked.signal }),
    });
    const timer = setTimeout(() => {
      outgoing.destroy(new Error(`no complete answer within ${String(asked.deadline)} ms`));
    }, asked.deadline);
    outgoing.once('error', reject);
    outgoing.once('close', () => {
      clearTimeout(timer);
    });
    outgoing.once('response', (answer) => {
      const chunks: Buffer[] = [];
      let kept = 0;
      const finish = (truncated: boolean): void => {
        const headers: Record<string, string> = {};
        for (const [name, value] of Object.entries(answer.headers)) {
          if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
        }
        resolve({ status: answer.statusCode ?? 0, headers, body: Buffer.concat(chunks), truncated });
        if (truncated) outgoing.destroy();
      };
      answer.on('data', (chunk: Buffer) => {
        const room = BODY_LIMIT - kept;
        chunks.push(chunk.subarray(0, room));
        kept += chunk.length;
        if (kept > BODY_LIMIT) finish(true);
      });
      answer.once('end', () => {
        finish(false);
      });
      answer.once('error', reject);
    });
    outgoing.end(asked.body);
  });
}
