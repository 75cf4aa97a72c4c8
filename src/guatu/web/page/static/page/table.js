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
    const data = event.detail.formData;
    const own = new Set([...form.elements].filter((field) => field.type !== "hidden").map((field) => field.name));
    for (const [name, value] of [...data.entries()]) if (value === "" || !own.has(name)) data.delete(name);
    // The order and the columns stay as they stand in the address now, not when the page was opened.
    for (const [name, value] of new URLSearchParams(location.search))
      if (!own.has(name) && name !== "page" && name !== "panel") data.append(name, value);
    event.detail.path = location.pathname;
  });

  // A choice filters at once, typed words after a pause; never in the middle of a pinyin syllable.
  let pause = 0;
  const soon = (form) => { clearTimeout(pause); pause = setTimeout(() => form.requestSubmit(), 350); };
  const barOf = (event) => event.target.closest?.("form[data-filters]");
  function tellMany(menu) {
    const words = [...menu.querySelectorAll("input:checked")].map((box) => box.parentElement.textContent.trim());
    const place = menu.querySelector("[data-many-words]");
    place.textContent = words.length > 2 ? `${words.length} 项` : words.join("、") || place.dataset.any;
    menu.classList.toggle("set", words.length > 0);
  }
  document.addEventListener("change", (event) => {
    const form = barOf(event);
    if (!form || event.target.type === "search") return;
    const menu = event.target.closest("[data-many]");
    if (menu) tellMany(menu);
    else event.target.closest(".box")?.classList.toggle("set", event.target.value !== "");
    if (menu) soon(form); else form.requestSubmit();
  });
  document.addEventListener("input", (event) => {
    if (event.target.type === "search" && barOf(event) && !event.isComposing) soon(barOf(event));
  });
  document.addEventListener("compositionend", (event) => { if (barOf(event)) soon(barOf(event)); });
  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-many]").forEach(tellMany));

  // Menus that fold out close with Escape or a click beside them.
  const menus = () => [...document.querySelectorAll("details.drop[open], details.many[open]")];
  document.addEventListener("click", (event) => menus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; }));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menus().forEach((menu) => {
      menu.open = false;
      if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    });
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
