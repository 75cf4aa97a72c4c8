// The wall chart: only the lines in sight are in the page; moved through by keyboard.
(() => {
  const wall = window.guatuWall;
  const HEADS = [["light-cell", "灯"], ["number", "序"], ["name", "项目"], ["unit", "责任单位"], ["person", "责任人"], ["leader", "领导"], ["done", "完成%"]];
  const SPARE = 6;

  function mount(place) {
    const told = document.querySelector("[data-wall-told]");
    const folded = new Set();
    const shown = new Map();
    let data = null, sums = null, model = null, active = 0, width = 0, view = 0, body = null, waiting = false;

    function scale() {
      const head = wall.element("div", "wall-head");
      const row = wall.element("div", "wall-row");
      head.setAttribute("role", "rowgroup");
      row.setAttribute("role", "row");
      for (const [name, words] of HEADS) row.append(wall.cell(name, words, "columnheader"));
      const lane = wall.cell("lane", undefined, "columnheader");
      lane.append(wall.element("span", "spoken", "计划、实际和节点"));
      const tick = (className, [words, start, end]) => {
        // A year of which only a little is shown has no room for its name.
        const made = wall.element("span", className, className === "year" && end - start < 0.065 ? "" : words);
        made.setAttribute("aria-hidden", "true");
        made.style.left = `${start * 100}%`;
        made.style.width = `${(end - start) * 100}%`;
        lane.append(made);
      };
      data.years.forEach((each) => tick("year", each));
      const step = [1, 3, 6, 12].find((each) => data.months.length / each <= 36) ?? 12;
      data.months.forEach((each) => { if ((parseInt(each[0], 10) - 1) % step === 0) tick("month", [parseInt(each[0], 10), each[1], each[2]]); });
      row.append(lane);
      head.append(row);
      return head;
    }

    function lines() {
      const made = [];
      const mark = (className, at) => {
        const line = wall.element("div", `wall-line ${className}`);
        line.setAttribute("aria-hidden", "true");
        line.style.setProperty("--at", at);
        made.push(line);
      };
      (data.months.length <= 36 ? data.months : data.years).forEach((each) => mark("", each[1]));
      if (data.now !== null) mark("now", data.now);
      return made;
    }

    function build() {
      place.replaceChildren();
      place.setAttribute("role", "treegrid");
      place.setAttribute("aria-label", `作战图，${data.shown} 个项目`);
      place.setAttribute("aria-readonly", "true");
      place.tabIndex = 0;
      body = wall.element("div", "wall-body");
      body.setAttribute("role", "rowgroup");
      body.append(...lines());
      place.append(scale(), body);
      sums = wall.counted(data.bands);
      refold();
    }

    function refold() {
      model = wall.linesOf(data, sums, folded);
      body.style.height = `${model.height}px`;
      place.setAttribute("aria-rowcount", String(model.lines.length + 1));
      active = Math.min(active, Math.max(model.lines.length - 1, 0));
      measure();
      clear();
      draw();
      tell();
    }

    function clear() {
      shown.forEach((each) => each.remove());
      shown.clear();
    }

    // As high as the window leaves room for, with the line of words below it.
    function measure() {
      const room = window.innerHeight - place.getBoundingClientRect().top - window.scrollY - 96;
      place.style.height = `${Math.max(room, 320)}px`;
      width = place.querySelector(".wall-head .lane").clientWidth;
      view = place.clientHeight - place.firstElementChild.offsetHeight;
    }

    function draw() {
      waiting = false;
      if (!model.lines.length) return;
      const top = place.scrollTop;
      const first = Math.max(wall.lineAt(model.tops, top) - SPARE, 0);
      const last = Math.min(wall.lineAt(model.tops, top + view) + SPARE, model.lines.length - 1);
      for (const [index, old] of shown)
        if ((index < first || index > last) && index !== active) { old.remove(); shown.delete(index); }
      const fresh = document.createDocumentFragment();
      for (let index = first; index <= last; index++) if (!shown.has(index)) fresh.append(made(index));
      if (!shown.has(active)) fresh.append(made(active));
      body.append(fresh);
    }

    function made(index) {
      const line = model.lines[index];
      const drawn = line.kind === "band" ? wall.drawBand(line) : wall.drawRow(line, width);
      drawn.id = `wall-${index}`;
      drawn.dataset.index = index;
      drawn.setAttribute("role", "row");
      drawn.setAttribute("aria-level", String(line.level));
      drawn.setAttribute("aria-rowindex", String(index + 2));
      drawn.setAttribute("aria-selected", String(index === active));
      drawn.style.transform = `translateY(${model.tops[index]}px)`;
      shown.set(index, drawn);
      return drawn;
    }

    function go(index, quiet) {
      if (!model.lines.length) return;
      shown.get(active)?.setAttribute("aria-selected", "false");
      active = Math.max(0, Math.min(index, model.lines.length - 1));
      const top = model.tops[active], high = model.lines[active].kind === "band" ? wall.BAND : wall.ROW;
      if (top < place.scrollTop) place.scrollTop = top;
      else if (top + high > place.scrollTop + view) place.scrollTop = top + high - view;
      draw();
      shown.get(active).setAttribute("aria-selected", "true");
      place.setAttribute("aria-activedescendant", `wall-${active}`);
      if (!quiet) tell();
    }

    // The row one stands on, in full: names and reasons are never cut here.
    function tell() {
      const line = model.lines[active];
      if (!line) { told.textContent = location.search ? "没有符合条件的项目，去掉一个筛选条件试试。" : "还没有项目：先在“项目库”导入项目表，有计划开工和竣工月份的就会画在这里。"; return; }
      if (data.total > data.shown && !place.contains(document.activeElement)) {
        told.textContent = `筛选后共 ${data.total} 项，图上画前 ${data.shown} 项，请再加筛选条件，如县区、责任单位、类别、灯。`;
        return;
      }
      if (line.kind === "band") { told.textContent = `${line.title}：${line.count} 项`; return; }
      const { row } = line;
      const people = [row.county, row.unit, row.person, row.leader && `联系领导 ${row.leader}`].filter(Boolean).join(" · ");
      told.replaceChildren(wall.element("b", "", row.name), document.createTextNode(` ${wall.LETTERS[row.light] ?? "灰"}灯${row.reason ? `：${row.reason}` : ""}　${people}　${wall.said(row)}`));
      const sheet = wall.element("a", "", "作战单");
      sheet.href = place.dataset.sheet.replace("/0/", `/${row.id}/`);
      told.append(document.createTextNode("　"), sheet);
    }

    function toggle(line, open) {
      const key = line.kind === "band" ? line.key : line.parent;
      if (!key) return;
      const shut = open === undefined ? !folded.has(key) : !open;
      if (shut) folded.add(key); else folded.delete(key);
      const stay = line.kind === "row" && shut;
      refold();
      if (stay) go(model.lines.findIndex((each) => each.kind === "band" && each.key === key));
      else go(active);
    }

    function keys(event) {
      if (!model?.lines.length || event.ctrlKey || event.metaKey || event.altKey) return;
      const line = model.lines[active];
      const page = Math.max(Math.floor(place.clientHeight / wall.ROW) - 2, 1);
      const places = { ArrowDown: active + 1, ArrowUp: active - 1, Home: 0, End: model.lines.length - 1, PageDown: active + page, PageUp: active - page };
      if (event.key in places) go(places[event.key]);
      else if (event.key === "Enter") { if (line.kind === "row") location.assign(line.row.url); else toggle(line); }
      else if (event.key === " ") toggle(line);
      else if (event.key === "ArrowRight" && line.kind === "band") toggle(line, true);
      else if (event.key === "ArrowLeft") toggle(line, false);
      else return;
      event.preventDefault();
    }

    place.addEventListener("keydown", keys);
    place.addEventListener("focus", () => go(active));
    place.addEventListener("scroll", () => { if (!waiting && model) { waiting = true; requestAnimationFrame(draw); } }, { passive: true });
    place.addEventListener("click", (event) => {
      if (event.target.closest("a")) return;
      const row = event.target.closest("[data-index]");
      if (!row) return;
      go(Number(row.dataset.index));
      if (model.lines[active].kind === "band") toggle(model.lines[active]);
    });
    document.querySelectorAll("[data-fold]").forEach((button) => button.addEventListener("click", () => {
      folded.clear();
      if (button.dataset.fold === "all") for (const key of sums?.keys() ?? []) folded.add(key);
      active = 0;
      if (model) refold();
    }));
    window.addEventListener("resize", () => { if (model && place.isConnected) { measure(); clear(); draw(); } });
    // The panel or the rail took or gave room.
    let known = 0;
    new ResizeObserver(() => {
      if (!model || place.clientWidth === known) return;
      known = place.clientWidth;
      measure(); clear(); draw();
    }).observe(place);

    async function load() {
      try {
        const answer = await fetch(place.dataset.source, { headers: { Accept: "application/json" } });
        if (!answer.ok) throw new Error(String(answer.status));
        data = await answer.json();
      } catch {
        place.replaceChildren(wall.element("p", "wall-wait", "没有读到作战图的数据，请检查网络后刷新本页。"));
        return;
      }
      build();
      requestAnimationFrame(() => { place.dataset.drawn = String(data.shown); performance.mark("wall-drawn"); });
    }
    load();
  }

  function start(root) {
    const place = root.querySelector?.("[data-wall]");
    if (place && !place.dataset.mounted) { place.dataset.mounted = "yes"; mount(place); }
  }
  document.addEventListener("DOMContentLoaded", () => start(document));
  document.addEventListener("htmx:afterSwap", () => start(document));
})();
