const BASE = '/api/v1';

async function ask(path, options) {
  const answer = await fetch(BASE + path, options);
  const body = await answer.json();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${JSON.stringify(body)}`);
  return body;
}

/** The health as the server tells it; an unhealthy one is an answer too. */
export async function readHealth() {
  const answer = await fetch(`${BASE}/health/`);
  return answer.json();
}

export function listDatasets() {
  return ask('/datasets');
}

export function findNearest(embedding) {
  const body = JSON.stringify({ embedding });
  return ask('/cells/nearest', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
}
