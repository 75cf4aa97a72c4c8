// The review: the row in hand and its words in the text go together; everything by keyboard.
(() => {
  let root, pane, list, scroller, mayEdit, base;
  let active = null;
  let finding = -1;
  const filter = { kind: "", words: "", section: "", onlyNew: false };
  const picked = new Set();

  const rows = () => [...list.children];
  const shown = () => rows().filter((row) => !row.classList.contains("hidden"));
  const marksOf = (key) => pane.querySelectorAll(`[data-e~="${key}"]`);
  const row = (key) => document.getElementById(key);
  const url = (tail) => base + tail;
  const number = (key) => key.slice(2);

  function show(element, box, block = "center") {
    const place = element.getBoundingClientRect();
    const frame = box.getBoundingClientRect();
    if (place.top < frame.top + 40 || place.bottom > frame.bottom - 40) element.scrollIntoView({ block });
  }

  function light(key) {
    pane.querySelectorAll(".on").forEach((mark) => mark.classList.remove("on"));
    const marks = marksOf(key);
    marks.forEach((mark) => mark.classList.add("on"));
    const words = [...marks].find((mark) => mark.classList.contains("m"));
    if (words) show(words, pane);
  }

  function activate(next, focus = true) {
    if (!next) return;
    active?.classList.remove("active");
    active?.querySelector(".entry-line")?.setAttribute("tabindex", "-1");
    active = next;
    active.classList.add("active");
    const line = active.querySelector(".entry-line");
    line?.setAttribute("tabindex", "0");
    if (focus) line?.focus({ preventScroll: true });
    show(active, scroller, "nearest");
    light(active.id);
  }

  function step(by) {
    const all = shown();
    const at = active ? all.indexOf(active) : -1;
    activate(all[Math.max(0, Math.min(all.length - 1, at + by))]);
  }

  function nextNew(from) {
    const all = rows();
    const at = all.indexOf(from);
    const open = (each) => each.dataset.state === "new" && !each.classList.contains("hidden");
    return all.slice(at + 1).find(open) || all.find(open);
  }

  // ---- what is shown
  function refilter() {
    const words = filter.words.trim().toLowerCase();
    for (const each of rows()) {
      const section = each.dataset.section || "";
      const fits = (!filter.kind || each.dataset.kind === filter.kind)
        && (!filter.onlyNew || each.dataset.state === "new" || each === active)
        && (!filter.section || section === filter.section || section.startsWith(`${filter.section}/`))
        && (!words || each.textContent.toLowerCase().includes(words));
      each.classList.toggle("hidden", !fits);
      each.classList.toggle("picked", picked.has(each.id));
    }
    document.getElementById("nothing").hidden = shown().length > 0;
    root.querySelectorAll("#kinds [data-kind]").forEach((tab) => tab.setAttribute("aria-pressed", String(tab.dataset.kind === filter.kind)));
  }

  // ---- writes
  // Each request speaks for its own element: htmx would drop all but the last of one element's.
  const post = (address, values, target, swap = "outerHTML") =>
    window.htmx.ajax("POST", address, { source: swap === "none" ? root : target, values, target, swap });

  function accept(entry) {
    if (entry.dataset.state === "new" || entry.dataset.state === "rejected") {
      const following = nextNew(entry);
      post(url(`${number(entry.id)}/accept/`), { version: entry.dataset.version }, `#${entry.id}`);
      entry.dataset.state = "accepted";
      if (following && following !== entry) activate(following);
    } else {
      const following = nextNew(entry);
      if (following) activate(following); else step(1);
    }
  }

  const acts = {
    accept: () => active && accept(active),
    reject: () => active && post(url(`${number(active.id)}/reject/`), { version: active.dataset.version }, `#${active.id}`),
    change: () => active && open(`${number(active.id)}/change/`, `#${active.id}`, "outerHTML"),
    split: () => active && open(`${number(active.id)}/split/`, `#${active.id}`, "outerHTML"),
    merge() {
      let chosen = rows().filter((each) => picked.has(each.id));
      if (chosen.length < 2 && active) {
        const all = rows();
        const following = all.slice(all.indexOf(active) + 1).find((each) => each.dataset.kind === active.dataset.kind && each.dataset.state !== "rejected");
        chosen = following ? [active, following] : [];
      }
      if (chosen.length < 2) return;
      picked.clear();
      const entries = chosen.map((each) => `${number(each.id)}:${each.dataset.version}`).join(",");
      post(url("merge/"), { entries }, "#add-place", "none");
    },
    undo: () => post(url("undo/"), {}, "#add-place", "none"),
    add() {
      const { words, near } = selected();
      const query = new URLSearchParams({ words, near, kind: filter.kind || active?.dataset.kind || "task" });
      open(`add/?${query}`, "#add-place", "innerHTML");
    },
    help: () => document.getElementById("review-help").showModal(),
    "accept-all"() {
      // Exactly what is listed, not what the server would find by kind and section.
      const entries = shown().filter((each) => each.dataset.state === "new").map((each) => number(each.id)).join(",");
      post(url("accept-all/"), { kind: filter.kind, section: filter.section, entries }, "#add-place", "none");
    },
  };

  function open(tail, target, swap) {
    window.htmx.ajax("GET", url(tail), { source: target, target, swap }).then(() => {
      const form = root.querySelector(".entry-form");
      if (!form) return;
      form.scrollIntoView({ block: "nearest" });
      form.querySelector("textarea:not([hidden]), input:not([type=hidden]), select")?.focus();
    });
  }

  // The words that are selected in the text, and the offset of the nearest mark before them.
  function selected() {
    const choice = window.getSelection();
    const words = choice.rangeCount && pane.contains(choice.anchorNode) ? choice.toString().trim() : "";
    let near = active?.dataset.start || "0";
    if (words) {
      const range = choice.getRangeAt(0);
      for (const mark of pane.querySelectorAll(".m[data-e]")) {
        if (range.comparePoint(mark, 0) >= 0 && range.comparePoint(mark, 0) !== 0) break;
        const key = mark.dataset.e.split(" ").find((each) => each.startsWith("e-"));
        const start = key && row(key)?.dataset.start;
        if (start) near = start;
      }
    }
    return { words, near };
  }

  function toFinding(key) {
    root.querySelectorAll(".finding.on").forEach((each) => each.classList.remove("on"));
    const button = root.querySelector(`[data-finding="${key}"]`);
    if (button) {
      button.closest("details").open = true;
      button.classList.add("on");
      button.focus({ preventScroll: true });
      show(button, scroller, "nearest");
    }
    light(key);
  }

  function toWords(words) {
    const wanted = words.replace(/\s+/g, "");
    const line = [...pane.querySelectorAll("p, td, th")].find((each) => each.textContent.replace(/\s+/g, "").includes(wanted));
    if (!line) return;
    show(line, pane);
    const range = document.createRange();
    range.selectNodeContents(line);
    const choice = window.getSelection();
    choice.removeAllRanges();
    choice.addRange(range);
  }

  const typing = (element) => element.matches?.("input, textarea, select, [contenteditable]");

  function cancel(form) {
    const button = form.querySelector("[data-cancel]");
    const address = button.dataset.cancel;
    if (!address) { form.remove(); active?.querySelector(".entry-line")?.focus(); return; }
    const key = form.closest(".entry").id;
    window.htmx.ajax("GET", address, { source: `#${key}`, target: `#${key}`, swap: "outerHTML" });
  }

  const keys = {
    j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1),
    n: () => activate(nextNew(active) || active),
    f() { const all = root.querySelectorAll("[data-finding]:not([data-settled])"); if (all.length) { finding = (finding + 1) % all.length; toFinding(all[finding].dataset.finding); } },
    "?": acts.help,
    "/": () => document.getElementById("entry-filter").focus(),
    " "() { if (!active) return; if (!picked.delete(active.id)) picked.add(active.id); refilter(); },
  };
  // The finding in hand: D dealt with, B stays as it is (the reason is asked first).
  const formInHand = () => root.querySelector(".finding.on:not([data-settled])")?.parentElement.querySelector(".finding-form");
  const settle = (how) => formInHand()?.querySelector(`[value=${how}]`).click();
  const writing = { d: () => settle("dealt"), b: () => formInHand()?.elements.reason.focus(), Enter: acts.accept, e: acts.change, x: acts.reject, a: acts.add, s: acts.split, m: acts.merge, u: acts.undo };

  function onKey(event) {
    if (document.querySelector("dialog[open]")) return;
    const form = event.target.closest?.(".entry-form");
    if (form) {
      if (event.key === "Escape") { event.preventDefault(); event.stopImmediatePropagation(); cancel(form); }
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(); }
      return;
    }
    if (event.target.closest?.(".finding-form") && event.key === "Escape") {
      event.preventDefault();
      event.target.closest("li").querySelector(".finding").focus();
      return;
    }
    if (event.target.id === "entry-filter" && (event.key === "Escape" || event.key === "Enter")) {
      event.preventDefault(); activate(shown().includes(active) ? active : shown()[0]); return;
    }
    if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    // Enter and Space belong to a button that has the focus, unless it is a row.
    const button = event.target.closest?.("button, a, summary");
    if (button && !button.matches(".entry-line, .finding") && (event.key === "Enter" || event.key === " ")) return;
    if (event.target.matches?.(".finding") && event.key === "Enter") return;
    // With the text in focus the arrows and Space scroll it, as everywhere.
    if (event.target === pane && (event.key.startsWith("Arrow") || event.key === " ")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (/^[1-7]$/.test(key)) {
      const tab = root.querySelectorAll("#kinds [data-kind]")[Number(key) - 1];
      if (tab) { event.preventDefault(); tab.click(); }
      return;
    }
    const act = keys[key] || (mayEdit && writing[key]);
    if (!act) return;
    event.preventDefault();
    act();
  }

  function onClick(event) {
    const deed = event.target.closest("[data-do]");
    if (deed) {
      const entry = deed.closest(".entry");
      if (entry) activate(entry, false);
      acts[deed.dataset.do]?.();
      return;
    }
    const mark = event.target.closest("#plan-text [data-e]");
    if (mark) {
      if (String(window.getSelection())) return;
      const names = mark.dataset.e.split(" ");
      const entry = names.map(row).find(Boolean);
      if (entry) {
        if (entry.classList.contains("hidden")) { Object.assign(filter, { kind: "", words: "", section: "", onlyNew: false }); document.getElementById("entry-filter").value = ""; document.getElementById("section-filter").value = ""; document.getElementById("only-new").checked = false; refilter(); }
        activate(entry);
      }
      const noted = names.find((name) => name.startsWith("f-"));
      if (noted && !entry) toFinding(noted);
      return;
    }
    const line = event.target.closest(".entry-line");
    if (line) { activate(line.closest(".entry")); return; }
    const note = event.target.closest(".finding");
    if (note?.dataset.finding) {
      finding = [...root.querySelectorAll("[data-finding]:not([data-settled])")].indexOf(note);
      toFinding(note.dataset.finding);
      return;
    }
    if (note?.dataset.words) { toWords(note.dataset.words); return; }
    const tab = event.target.closest("#kinds [data-kind]");
    if (tab) { filter.kind = tab.dataset.kind; refilter(); activate(shown().includes(active) ? active : shown()[0]); return; }
    const stop = event.target.closest("[data-cancel]");
    if (stop) cancel(stop.closest("form"));
  }

  document.addEventListener("DOMContentLoaded", () => {
    root = document.querySelector("[data-review]");
    if (!root) return;
    [pane, list, scroller] = ["text-pane", "entries", "ledger-scroll"].map((id) => document.getElementById(id));
    mayEdit = root.hasAttribute("data-may-edit");
    base = root.dataset.review;
    document.addEventListener("keydown", onKey);
    document.addEventListener("click", onClick);
    document.getElementById("entry-filter").addEventListener("input", (event) => { filter.words = event.target.value; refilter(); });
    document.getElementById("section-filter").addEventListener("change", (event) => { filter.section = event.target.value; refilter(); activate(shown()[0]); });
    document.getElementById("only-new").addEventListener("change", (event) => { filter.onlyNew = event.target.checked; refilter(); });
    // One row came anew.
    document.body.addEventListener("row-changed", (event) => {
      const fresh = row(event.detail.row);
      if (!fresh) return;
      marksOf(fresh.id).forEach((mark) => {
        mark.classList.remove("s-new", "s-accepted", "s-changed", "s-added", "s-rejected");
        mark.classList.add(`s-${fresh.dataset.state}`);
      });
      const held = !active || !active.isConnected;
      refilter();
      if (held) activate(fresh);
    });
    // The findings came anew: their marks in the text follow, the next open one is in hand.
    document.body.addEventListener("findings-changed", () => {
      const styles = ["fe", "fq", "fn"];
      pane.querySelectorAll(".m[data-e*='f-']").forEach((mark) => {
        const open = mark.dataset.e.split(" ")
          .map((name) => name.startsWith("f-") && root.querySelector(`[data-finding="${name}"]:not([data-settled])`))
          .filter(Boolean).map((each) => each.dataset.severity);
        const ends = [...mark.classList].some((name) => /^f[eqnx]-end$/.test(name));
        styles.forEach((style) => mark.classList.toggle(style, open.includes(style)));
        if (!ends) return;
        mark.classList.remove("fe-end", "fq-end", "fn-end", "fx-end");
        mark.classList.add(`${styles.find((style) => open.includes(style)) || "fx"}-end`);
      });
      const box = root.querySelector("#findings details");
      if (box) box.open = true;
      const wrong = root.querySelector("[data-fault]");
      if (wrong) { wrong.elements.reason.focus(); wrong.parentElement.querySelector(".finding").classList.add("on"); return; }
      const all = [...root.querySelectorAll("[data-finding]:not([data-settled])")];
      finding = Math.min(Math.max(finding, 0), all.length - 1);
      if (all.length) toFinding(all[finding].dataset.finding);
      else { light(active?.id || ""); active?.querySelector(".entry-line")?.focus(); }
    });
    // Text and ledger came anew.
    document.body.addEventListener("ledger-changed", (event) => {
      const key = event.detail.row || active?.id;
      active = null;
      refilter();
      const fresh = key && row(key);
      if (fresh) fresh.classList.remove("hidden");
      activate(fresh || shown()[0]);
    });
    const named = location.hash.startsWith("#finding=") ? decodeURIComponent(location.hash.slice(9)) : "";
    const wanted = location.hash.startsWith("#e-") ? row(location.hash.slice(1)) : null;
    activate(wanted || nextNew(null) || rows()[0]);
    const odd = named && [...root.querySelectorAll("[data-place]")].find((each) => each.dataset.place === named);
    if (odd) toFinding(odd.dataset.finding);
  });
})();
