// The wall chart's lines: which there are, where each stands, and how one is drawn.
window.guatuWall = (() => {
  const ROW = 40, BAND = 32;
  const LETTERS = { red: "红", yellow: "黄", green: "绿", grey: "灰", paused: "停", none: "不" };
  const FLAGS = { reached: "已完成", overdue: "逾期", coming: "未到" };
  const SVG = "http://www.w3.org/2000/svg";

  // Bands with the counts of all that lies under each, by their path.
  function counted(bands) {
    const sums = new Map();
    for (const band of bands)
      band.path.forEach((_part, level) => {
        const key = band.path.slice(0, level + 1).join("\n");
        const sum = sums.get(key) ?? { count: 0, lights: {} };
        sum.count += band.rows.length;
        for (const row of band.rows) sum.lights[row.light] = (sum.lights[row.light] ?? 0) + 1;
        sums.set(key, sum);
      });
    return sums;
  }

  // Headings and rows in order, without those under a folded heading.
  function linesOf(data, sums, folded) {
    const lines = [], tops = [];
    let before = [], top = 0;
    const put = (line, height) => { lines.push(line); tops.push(top); top += height; };
    for (const band of data.bands) {
      const { path } = band;
      let hidden = false, same = true, parent = "";
      path.forEach((part, level) => {
        const key = path.slice(0, level + 1).join("\n");
        same = same && before[level] === part && before.length > level;
        if (!same && !hidden) put({ kind: "band", key, level: level + 1, title: part, open: !folded.has(key), ...sums.get(key) }, BAND);
        hidden = hidden || folded.has(key);
        parent = key;
      });
      if (!hidden) for (const row of band.rows) put({ kind: "row", row, level: path.length + 1, parent }, ROW);
      before = path;
    }
    return { lines, tops, height: top };
  }

  // The last line that begins at or above this place.
  function lineAt(tops, place) {
    let low = 0, high = tops.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (tops[middle] <= place) low = middle; else high = middle - 1;
    }
    return low;
  }

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function cell(className, text, role = "gridcell") {
    const made = element("div", `c ${className}`, text);
    made.setAttribute("role", role);
    return made;
  }

  function light(colour) {
    const made = element("span", `light ${colour}`);
    const letter = element("b", "", LETTERS[colour] ?? "灰");
    made.append(letter);
    return made;
  }

  function drawn(name, attributes) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  function bar(picture, [start, end, before, after], width, className, y, height) {
    const x = start * width, length = Math.max((end - start) * width, 2);
    picture.append(drawn("rect", { class: `${className}${before ? " before" : ""}${after ? " after" : ""}`, x, y, width: length, height }));
  }

  function flag(picture, [at, state, name, day], width) {
    const x = Math.min(at * width, width - 1);
    // At the right edge it flies to the left, so that it stays on the chart.
    const out = x + 11 > width ? -10 : 10;
    const group = drawn("g", { class: `flag ${state}` });
    group.append(drawn("path", { class: "pole", d: `M${x} 4V36` }), drawn("path", { class: "cloth", d: `M${x} 4l${out} 5l${-out} 5z` }));
    const title = drawn("title", {});
    title.textContent = `${name}，${day}，${FLAGS[state]}`;
    group.append(title);
    picture.append(group);
  }

  function lane(row, width) {
    const made = cell("lane");
    const picture = drawn("svg", { width, height: ROW, "aria-hidden": "true" });
    if (row.plan) bar(picture, row.plan, width, "plan", 11, 18);
    if (row.real) bar(picture, row.real, width, "real", 15, 10);
    if (row.base) bar(picture, row.base, width, "base", 33, 0.1);
    for (const each of row.flags) flag(picture, each, width);
    made.setAttribute("aria-label", said(row));
    made.append(picture);
    return made;
  }

  // What the bars and flags show, in words.
  function said(row) {
    const parts = [];
    if (row.span) parts.push(`计划 ${row.span}`);
    if (row.issued) parts.push(`下达时 ${row.issued}`);
    parts.push(row.from ? `${row.from} 开工${row.to ? `，${row.to} 竣工` : ""}` : "没有开工日期");
    for (const [, state, name, day] of row.flags) parts.push(`${name} ${day} ${FLAGS[state]}`);
    return parts.join("；");
  }

  function drawRow(line, width) {
    const { row } = line;
    const made = element("div", "wall-row");
    const sign = cell("light-cell");
    sign.append(light(row.light));
    const name = cell(`name${row.name.length > 36 ? " tiny" : row.name.length > 17 ? " small" : ""}`, undefined, "rowheader");
    const link = element("a", "", row.name);
    link.href = row.url;
    link.tabIndex = -1;
    name.append(link);
    made.append(sign, cell("number", String(row.n)), name, cell("unit", row.unit), cell("person", row.person), cell("leader", row.leader), cell("done", row.done === null ? "—" : row.done.toFixed(1)), lane(row, width));
    return made;
  }

  function drawBand(line) {
    const made = element("div", `wall-band level-${line.level}`);
    made.setAttribute("aria-expanded", String(line.open));
    const words = cell("band", undefined, "rowheader");
    words.append(element("span", "fold-sign", line.open ? "▾" : "▸"), element("b", "", line.title), element("span", "band-count", `${line.count} 项`));
    words.firstChild.setAttribute("aria-hidden", "true");
    for (const colour of Object.keys(LETTERS))
      if (line.lights[colour]) {
        const count = element("span", "band-light");
        count.append(light(colour), document.createTextNode(String(line.lights[colour])));
        words.append(count);
      }
    made.append(words);
    return made;
  }

  return { ROW, BAND, LETTERS, counted, linesOf, lineAt, element, cell, drawRow, drawBand, said };
})();
