// Ctrl-K: search for everything, by keyboard.
(() => {
  const dialog = () => document.getElementById("search");

  function open() {
    const box = dialog();
    if (!box || box.open) return;
    box.showModal();
    box.querySelector("input").select();
  }

  const hits = () => [...dialog().querySelectorAll("a[role=option]")];

  function mark(step) {
    const all = hits();
    if (!all.length) return;
    const now = all.findIndex((hit) => hit.getAttribute("aria-selected") === "true");
    const next = (now + step + all.length) % all.length;
    all.forEach((hit, place) => hit.setAttribute("aria-selected", String(place === next)));
    all[next].scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
      return;
    }
    const box = dialog();
    if (!box?.open) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      mark(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && !event.isComposing) {
      const chosen = box.querySelector("a[aria-selected=true]") || hits()[0];
      if (chosen) { event.preventDefault(); location.assign(chosen.href); }
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-open-search]")) open();
    else if (event.target === dialog()) dialog().close();
    else document.querySelectorAll("details.me[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
})();
