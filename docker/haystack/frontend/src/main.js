import { findNearest, listDatasets, readHealth } from './api.js';
import './style.css';

function show(id, ...nodes) {
  document.getElementById(id).replaceChildren(...nodes);
}

function row(cells) {
  const line = document.createElement('tr');
  for (const cell of cells) line.insertCell().textContent = cell;
  return line;
}

function item(text) {
  const entry = document.createElement('li');
  entry.textContent = text;
  return entry;
}

document.getElementById('search').addEventListener('submit', async (event) => {
  event.preventDefault();
  const embedding = new FormData(event.target).get('embedding').split(/[\s,]+/).map(Number);
  const cells = await findNearest(embedding);
  show('nearest', ...cells.map((cell) => item(`${cell.barcode} (${cell.dataset}) ${cell.distance.toFixed(3)}`)));
});

const { database } = await readHealth();
show('database', database);
if (database === 'connected') {
  const datasets = await listDatasets();
  show('datasets', ...datasets.map((set) => row([set.name, set.tissue, set.cells])));
}
