/** The page is whole without it: this only finds and highlights. It reads what the page already holds and sets nothing but classes and text. */
export const SCRIPT = `
'use strict';
document.documentElement.classList.add('js');
function count(box, shown, all) {
  var out = box.parentElement.querySelector('.found');
  if (out) out.textContent = box.value === '' ? '' : shown + ' of ' + all;
}
function matcher(text) {
  var words = text.toLowerCase().split(/\\s+/).filter(Boolean);
  return function (hay) {
    var low = hay.toLowerCase();
    return words.every(function (word) { return low.includes(word); });
  };
}
function filterRows(table, box) {
  var matches = matcher(box.value), shown = 0;
  var rows = Array.from(table.tBodies[0].rows);
  rows.forEach(function (row) {
    row.hidden = !matches(row.textContent);
    if (!row.hidden) shown += 1;
  });
  count(box, shown, rows.length);
}
document.querySelectorAll('input[data-filter]').forEach(function (box) {
  var table = document.getElementById(box.dataset.filter);
  box.addEventListener('input', function () { filterRows(table, box); });
});
document.querySelectorAll('input[data-map]').forEach(function (box) {
  var id = box.dataset.map;
  var cells = ['by-layer-', 'by-path-'].flatMap(function (name) {
    return Array.from(document.getElementById(name + id).querySelectorAll('[data-path]'));
  });
  var table = document.getElementById('paths-' + id);
  box.addEventListener('input', function () {
    var matches = matcher(box.value);
    cells.forEach(function (cell) {
      cell.classList.toggle('faded', box.value !== '' && !matches(cell.dataset.path));
    });
    if (!table) return;
    table.closest('details').open = box.value !== '' || table.closest('details').open;
    filterRows(table, box);
  });
});
document.querySelectorAll('svg.map').forEach(function (map) {
  var out = map.closest('.maps').querySelector('output');
  map.addEventListener('pointerover', function (event) {
    var cell = event.target.closest('[data-path]');
    out.textContent = cell ? cell.dataset.path + ' \\u2013 ' + cell.dataset.size : '';
  });
  map.addEventListener('pointerleave', function () { out.textContent = ''; });
});
`;
