(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  const plan = byId("plan");
  const lists = byId("lists");
  const filter = byId("filter");
  const matched = byId("matched");
  const none = byId("none");
  const help = byId("help");
  const tabs = all(".tabs a");
  const panels = new Map(all(".panel").map((panel) => [panel.id.slice(2), panel]));
  const rows = new Map();    // panel letter -> its rows
  const terms = new Map();   // row -> its words in small letters, filled when first asked for
  const pieces = new Map();  // entry key -> the stretches of text it is marked on
  const filters = new Map(); // panel letter -> what is typed in its filter

  let open = "";
  let active = "";

  for (const [kind, panel] of panels) rows.set(kind, all("tbody tr", panel));
  for (const piece of all("[data-e]", plan)) {
    for (const key of piece.dataset.e.split(" ")) {
      const held = pieces.get(key);
      if (held) held.push(piece);
      else pieces.set(key, [piece]);
    }
  }

  // ---- showing

  const reveal = (element, pane) => {
    const frame = pane.getBoundingClientRect();
    const box = element.getBoundingClientRect();
    const margin = Math.min(80, frame.height / 6);
    if (box.height && box.top >= frame.top + margin && box.bottom <= frame.bottom - margin) return;
    element.scrollIntoView({ block: "center" });
    // Paragraphs far away have only a guessed height until they have been on the screen once.
    requestAnimationFrame(() => element.scrollIntoView({ block: "center" }));
  };

  const openPanel = (kind) => {
    if (kind === open || !panels.has(kind)) return;
    for (const [letter, panel] of panels) panel.classList.toggle("open", letter === kind);
    for (const tab of tabs) {
      const chosen = tab.dataset.open === kind;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      if (chosen) tab.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
    open = kind;
    filter.value = filters.get(kind) ?? "";
    applyFilter();
    lists.scrollTop = 0;
  };

  const light = (key, lit) => {
    byId(`r-${key}`)?.classList.toggle("on", lit);
    for (const piece of pieces.get(key) ?? []) piece.classList.toggle("on", lit);
  };

  const clear = () => {
    if (active) light(active, false);
    active = "";
  };

  /** Make an entry the active one: its row and its words are lit and brought into view. */
  const activate = (key, place) => {
    const row = byId(`r-${key}`);
    if (!row) return;
    clear();
    active = key;
    openPanel(key[0]);
    if (row.hidden) setFilter("");
    light(key, true);
    const words = place ?? pieces.get(key)?.[0];
    if (words) reveal(words.classList.contains("g") ? words.nextElementSibling ?? words : words, plan);
    reveal(row, lists);
    history.replaceState(null, "", `#r-${key}`);
  };

  // ---- filter

  const wordsOf = (row) => {
    if (!terms.has(row)) terms.set(row, row.textContent.toLowerCase());
    return terms.get(row);
  };

  const applyFilter = () => {
    const wanted = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const held = rows.get(open) ?? [];
    let count = 0;
    for (const row of held) {
      const fits = wanted.every((word) => wordsOf(row).includes(word));
      if (row.hidden === fits) row.hidden = !fits;
      if (fits) count += 1;
    }
    matched.textContent = wanted.length ? `${count} / ${held.length}` : "";
    none.hidden = count > 0 || !held.length;
  };

  const setFilter = (text) => {
    filter.value = text;
    filters.set(open, text);
    applyFilter();
  };

  filter.addEventListener("input", () => setFilter(filter.value));

  // ---- clicks

  /** What a click on these words means: the shortest entry shown there, then the next longer. */
  const chosenAmong = (keys) => {
    const seen = keys.filter((key) => !plan.classList.contains(`hide-${key[0]}`));
    if (!seen.length) return undefined;
    return seen[(seen.indexOf(active) + 1) % seen.length];
  };

  /** Follow a link inside the page; true where it led somewhere. */
  const follow = (hash) => {
    const [, side, key] = /^#([mrp])-([a-z]\d*)(?:-\d+)?$/.exec(hash) ?? [];
    if (side === "p") openPanel(key);
    else if (side) activate(key, side === "m" ? byId(hash.slice(1)) : undefined);
    return Boolean(side);
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link) {
      const contents = link.closest(".toc");
      if (contents) {
        event.preventDefault();
        contents.open = false;
        const heading = byId(link.hash.slice(1))?.parentElement;
        heading?.scrollIntoView({ block: "start" });
        requestAnimationFrame(() => heading?.scrollIntoView({ block: "start" }));
      } else if (follow(link.hash)) event.preventDefault();
      return;
    }
    const toggle = event.target.closest("[data-kind]");
    if (toggle) {
      const hidden = plan.classList.toggle(`hide-${toggle.dataset.kind}`);
      toggle.setAttribute("aria-pressed", String(!hidden));
      return;
    }
    const entry = event.target.closest("[data-e]");
    // Somebody who marks words to copy them does not want to be led away.
    if (!entry || !getSelection().isCollapsed) return;
    const key = chosenAmong(entry.dataset.e.split(" "));
    if (key) activate(key, plan.contains(entry) ? entry : undefined);
  });

  document.addEventListener("click", (event) => {
    const contents = document.querySelector(".toc[open]");
    if (contents && !contents.contains(event.target)) contents.open = false;
  });

  byId("help-open").addEventListener("click", () => help.showModal());

  // ---- keys

  const step = (by) => {
    const shown = (rows.get(open) ?? []).filter((row) => !row.hidden);
    if (!shown.length) return;
    const at = shown.findIndex((row) => row.dataset.e === active);
    const next = at < 0 ? (by > 0 ? 0 : shown.length - 1) : Math.min(Math.max(at + by, 0), shown.length - 1);
    activate(shown[next].dataset.e);
  };

  const stepTab = (by) => {
    const at = tabs.findIndex((tab) => tab.dataset.open === open);
    const tab = tabs[(at + by + tabs.length) % tabs.length];
    openPanel(tab.dataset.open);
    tab.focus();
  };

  const escape = () => {
    const contents = document.querySelector(".toc[open]");
    if (contents) contents.open = false;
    else if (filter.value) setFilter("");
    else if (document.activeElement === filter) filter.blur();
    else clear();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help.open) return;
    const { key } = event;
    if (key === "Escape") escape();
    else if (event.target === filter) {
      if (key !== "Enter") return;
      filter.blur();
      step(1);
    } else if (event.target.closest(".tabs") && (key === "ArrowRight" || key === "ArrowLeft")) {
      stepTab(key === "ArrowRight" ? 1 : -1);
    } else if (key === "j" || key === "J") step(1);
    else if (key === "k" || key === "K") step(-1);
    else if (key === "/") filter.select();
    else if (key === "?" || key === "？") help.showModal();
    else if (/^[1-9]$/.test(key) && tabs[key - 1]) openPanel(tabs[key - 1].dataset.open);
    else return;
    event.preventDefault();
  });

  // ---- start

  document.querySelector(".tabs").setAttribute("role", "tablist");
  for (const tab of tabs) {
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", `p-${tab.dataset.open}`);
    panels.get(tab.dataset.open).setAttribute("role", "tabpanel");
  }
  const first = tabs.find((tab) => rows.get(tab.dataset.open)?.length) ?? tabs[0];
  openPanel(first.dataset.open);
  follow(location.hash);
  addEventListener("hashchange", () => follow(location.hash));
})();
