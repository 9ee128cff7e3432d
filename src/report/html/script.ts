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
function titleOf(cell) { return cell.firstElementChild.textContent; }
function filterRows(place, box) {
  var matches = matcher(box.value), shown = 0;
  var rows = Array.from(place.querySelectorAll('tbody tr'));
  if (box.value !== '') place.querySelectorAll('details').forEach(function (fold) { fold.open = true; });
  rows.forEach(function (row) {
    row.hidden = !matches(row.textContent);
    if (!row.hidden) shown += 1;
  });
  count(box, shown, rows.length);
}
document.querySelectorAll('input[data-filter]').forEach(function (box) {
  var place = document.getElementById(box.dataset.filter);
  box.addEventListener('input', function () { filterRows(place, box); });
});
document.querySelectorAll('input[data-map]').forEach(function (box) {
  var id = box.dataset.map;
  var cells = ['by-layer-', 'by-path-'].flatMap(function (name) {
    return Array.from(document.getElementById(name + id).querySelectorAll('.map > svg'));
  });
  var table = document.getElementById('paths-' + id);
  box.addEventListener('input', function () {
    var matches = matcher(box.value);
    cells.forEach(function (cell) {
      cell.classList.toggle('faded', box.value !== '' && !matches(titleOf(cell).replace(/: [^:]*$/, '')));
    });
    if (!table) return;
    table.closest('details').open = box.value !== '' || table.closest('details').open;
    filterRows(table, box);
  });
});
document.querySelectorAll('svg.map').forEach(function (map) {
  var out = map.closest('.maps').querySelector('output');
  map.addEventListener('pointerover', function (event) {
    var cell = event.target.closest('.map > svg');
    out.textContent = cell ? titleOf(cell) : '';
  });
  map.addEventListener('pointerleave', function () { out.textContent = ''; });
});
`;
