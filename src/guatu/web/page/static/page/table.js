// Tables by keyboard: arrows move, Enter opens, Space picks, / goes to the filter; density.
(() => {
  const rowsOf = (table) => [...table.querySelectorAll("tbody tr")];

  function go(row) {
    if (!row) return;
    rowsOf(row.closest("table")).forEach((each) => { each.tabIndex = each === row ? 0 : -1; });
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  const typing = (target) => target.matches?.("input:not([type=checkbox]), textarea, select, [contenteditable]");

  function tell(table) {
    const picked = table.querySelectorAll("tbody input[name=pick]:checked").length;
    const all = table.querySelector("[data-pick-all]");
    const count = table.querySelectorAll("tbody input[name=pick]").length;
    if (all) { all.checked = picked > 0 && picked === count; all.indeterminate = picked > 0 && picked < count; }
    table.querySelectorAll("tbody input[name=pick]").forEach((box) => box.closest("tr").classList.toggle("picked", box.checked));
    // Bars of actions show how many rows they are about.
    document.querySelectorAll("[data-picked-count]").forEach((place) => { place.textContent = picked; });
    document.querySelectorAll("[data-picked-bar]").forEach((bar) => { bar.hidden = !picked; });
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !typing(event.target) && !event.ctrlKey && !event.metaKey) {
      const box = document.querySelector("[data-filter-text]");
      if (box) { event.preventDefault(); box.select(); }
      return;
    }
    const row = event.target.closest?.("[data-table] tbody tr");
    if (!row || event.target !== row) return;
    const rows = rowsOf(row.closest("table"));
    const here = rows.indexOf(row);
    const places = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: rows.length - 1, PageDown: here + 10, PageUp: here - 10 };
    if (event.key in places) {
      event.preventDefault();
      go(rows[Math.max(0, Math.min(rows.length - 1, places[event.key]))]);
    } else if (event.key === "Enter" && row.dataset.address) {
      location.assign(row.dataset.address);
    } else if (event.key === " ") {
      const box = row.querySelector("input[name=pick]");
      if (box) { event.preventDefault(); box.click(); }
    }
  });

  document.addEventListener("change", (event) => {
    const table = event.target.closest?.("[data-table]");
    if (!table) return;
    if (event.target.matches("[data-pick-all]"))
      table.querySelectorAll("tbody input[name=pick]").forEach((box) => { box.checked = event.target.checked; });
    if (event.target.matches("[data-pick-all], [name=pick]")) tell(table);
  });

  // Only the filters that are set stand in the address.
  const lean = (event) => {
    const form = event.target.closest?.("form[data-filters]");
    if (!form) return;
    [...form.elements].forEach((field) => { field.disabled = field.name !== "" && field.value === ""; });
    setTimeout(() => [...form.elements].forEach((field) => { field.disabled = false; }));
  };
  document.addEventListener("submit", lean);
  document.addEventListener("htmx:configRequest", (event) => {
    const form = event.target.closest?.("form[data-filters]");
    if (!form) return;
    for (const [name, value] of [...event.detail.formData.entries()]) if (value === "") event.detail.formData.delete(name);
  });

  const dense = () => document.documentElement.classList.contains("dense");
  const show = () => document.querySelectorAll("[data-density]").forEach((button) => button.setAttribute("aria-pressed", String(dense())));
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-density]")) return;
    document.documentElement.classList.toggle("dense");
    try { localStorage.setItem("guatu.density", dense() ? "dense" : "usual"); } catch { /* storage is off */ }
    show();
  });
  document.addEventListener("DOMContentLoaded", show);
  document.addEventListener("htmx:afterSettle", show);
})();
