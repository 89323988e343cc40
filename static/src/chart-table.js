// Reads what a chart draws out of its table: the columns marked data-drawn, the exact numbers in data-value.

export function read(table) {
  const heads = [...table.querySelectorAll("thead th")];
  const drawn = heads.flatMap((head, place) => ("drawn" in head.dataset ? [place] : []));
  const rows = [...table.querySelectorAll("tbody tr")].map((row) => line(row, drawn));
  return {
    series: drawn.map((place) => words(heads[place])),
    unit: drawn.length ? heads[drawn[0]].dataset.unit ?? "" : "",
    rows,
    // Medians and quartiles: drawn as lines across the rows.
    lines: [...table.querySelectorAll("tfoot tr[data-line]")].map((row) => line(row, drawn)),
    isEmpty: !rows.some((row) => row.cells.some((cell) => cell.value !== null)),
  };
}

function line(row, drawn) {
  const cells = [...row.children];
  return { name: words(cells[0]), cells: drawn.map((place) => cellOf(cells[place])) };
}

function cellOf(cell) {
  const value = cell?.dataset.value;
  return { value: value === undefined || value === "" ? null : Number(value), text: cell ? words(cell) : "" };
}

function words(cell) {
  return cell.textContent.trim().replace(/\s+/g, " ");
}
