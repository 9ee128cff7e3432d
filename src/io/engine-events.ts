import type { EngineEvent } from '../model/engine.ts';
import { parseEvent } from './engine-answers.ts';
import { connectionFault, expectStatus, type EngineHttp } from './engine-http.ts';

/** Events of everything that carries the label, until the signal ends the stream. */
export async function* streamEvents(
  http: EngineHttp,
  label: string,
  signal: AbortSignal,
): AsyncGenerator<EngineEvent, void, undefined> {
  const filters = encodeURIComponent(JSON.stringify({ label: [label] }));
  try {
    const answer = await http.stream({ method: 'GET', path: `/events?filters=${filters}`, deadline: 0, signal });
    if (answer.statusCode !== 200) {
      expectStatus({ status: answer.statusCode ?? 0, body: Buffer.alloc(0) }, [200], 'tell its events', http);
    }
    let rest = '';
    answer.setEncoding('utf8');
    for await (const chunk of answer) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const event = parseEvent(line);
        if (event !== undefined) yield event;
      }
    }
  } catch (error) {
    if (!signal.aborted) throw connectionFault(error, http.url);
  }
}
