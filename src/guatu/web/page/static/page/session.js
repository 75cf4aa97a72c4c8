// Warns before the session ends; every request to the server puts the end off.
(() => {
  let minutes = 0;
  const WARN = 2;
  let ends = 0;
  const renew = () => { ends = Date.now() + minutes * 60000; };

  function look() {
    const dialog = document.getElementById("session-end");
    if (!dialog) return;
    const left = Math.ceil((ends - Date.now()) / 60000);
    if (left <= 0) { location.reload(); return; }
    dialog.querySelector("[data-left]").textContent = left;
    if (left <= WARN && !dialog.open) dialog.showModal();
    if (left > WARN && dialog.open) dialog.close();
  }

  document.addEventListener("DOMContentLoaded", () => {
    minutes = Number(document.body.dataset.sessionMinutes || 0);
    if (!minutes) return;
    renew();
    setInterval(look, 15000);
    document.addEventListener("htmx:afterRequest", (event) => {
      if (!event.detail.successful) return;
      renew();
      document.getElementById("session-end")?.close();
    });
  });
})();
