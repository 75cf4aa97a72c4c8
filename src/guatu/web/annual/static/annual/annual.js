// Cells of the plan by keyboard: Enter and arrows go up and down, Escape takes back what was
// typed; columns copied from a spreadsheet are pasted from one cell downwards.
(() => {
  const cellsOf = (field) => [...document.querySelectorAll(`[data-cell][data-field="${field}"]`)];

  function go(cell, by) {
    const cells = cellsOf(cell.dataset.field);
    const next = cells[cells.indexOf(cell) + by];
    if (next) { next.focus(); next.select(); } else cell.blur();
  }

  document.addEventListener("keydown", (event) => {
    const cell = event.target.closest?.("[data-cell]");
    if (!cell || event.isComposing) return;
    if (event.key === "Enter" || event.key === "ArrowDown") { event.preventDefault(); go(cell, 1); }
    else if (event.key === "ArrowUp") { event.preventDefault(); go(cell, -1); }
    else if (event.key === "Escape") { cell.value = cell.defaultValue; cell.removeAttribute("aria-invalid"); }
  });

  document.addEventListener("paste", (event) => {
    const cell = event.target.closest?.("[data-cell]");
    const address = cell?.closest("[data-paste]")?.dataset.paste;
    const text = event.clipboardData?.getData("text/plain") || "";
    if (!address || !/[\t\n]/.test(text.replace(/\r?\n$/, ""))) return;
    event.preventDefault();
    const cells = cellsOf(cell.dataset.field);
    const lines = cells.slice(cells.indexOf(cell)).map((each) => each.dataset.line).join(",");
    const values = { field: cell.dataset.field, lines, text };
    const { line, field } = cell.dataset;
    window.htmx.ajax("POST", address + location.search, { values, target: "#rows", swap: "innerHTML" }).then(() => {
      // The rows came anew: the cell that one stood in has the focus again.
      const again = document.querySelector(`[data-cell][data-line="${line}"][data-field="${field}"]`);
      again?.focus();
      again?.select();
    });
  });

  // The server says how the cell is written, or that it could not be read.
  document.addEventListener("annual:cell", (event) => {
    const { line, field, text, wrong } = event.detail;
    const cell = document.querySelector(`[data-cell][data-line="${line}"][data-field="${field}"]`);
    if (!cell) return;
    if (wrong) { cell.setAttribute("aria-invalid", "true"); return; }
    cell.removeAttribute("aria-invalid");
    cell.defaultValue = text;
    if (document.activeElement !== cell) cell.value = text;
    cell.title = text;
  });

  document.addEventListener("annual:refused", (event) => {
    const { party, year, text } = event.detail;
    const cell = document.getElementById(`s-${party}-${year}`);
    if (!cell) return;
    cell.value = text;
    cell.setAttribute("aria-invalid", "true");
    // Where: the cell's own name.
    document.querySelectorAll("#rows .errors li").forEach((line) => line.prepend(`${cell.getAttribute("aria-label")}：`));
    cell.focus();
  });
})();
