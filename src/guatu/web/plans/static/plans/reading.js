// Re-reading: a group's box ticks all of its lines.
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-all]")) return;
  event.target.closest(".differences").querySelectorAll("input[name=pick]:not(:disabled)").forEach((box) => { box.checked = event.target.checked; });
});
