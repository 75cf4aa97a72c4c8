// 点数见据: a figure opens its source in the side panel; the panel stands in the address.
(() => {
  const panel = () => document.getElementById("panel");
  let opener = null;

  function write(address) {
    const url = new URL(location.href);
    if (address) url.searchParams.set("panel", address);
    else url.searchParams.delete("panel");
    history.replaceState(history.state, "", url);
  }

  function close() {
    const place = panel();
    if (!place || place.hidden) return;
    place.hidden = true;
    place.replaceChildren();
    write("");
    opener?.focus();
  }

  function frame(body) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "close";
    button.setAttribute("aria-label", "关闭侧栏");
    button.textContent = "×";
    button.addEventListener("click", close);
    panel().prepend(button);
    if (body) button.focus();
  }

  async function show(address, focus) {
    const place = panel();
    place.hidden = false;
    place.dataset.address = address;
    await window.htmx.ajax("GET", address, { target: place, swap: "innerHTML" });
    frame(focus);
    write(address);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-panel]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    opener = link;
    show(link.getAttribute("href"), true);
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !document.querySelector("dialog[open]")) close(); });
  document.addEventListener("DOMContentLoaded", () => {
    const place = panel();
    if (place?.dataset.address) show(place.dataset.address, false);
  });
})();
