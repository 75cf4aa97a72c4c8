// Names that the directory does not know: all of them proposed as new units, to be looked through.
document.addEventListener("click", (event) => {
  if (!event.target.matches("[data-fill-new]")) return;
  event.target.closest("form").querySelectorAll("select").forEach((box) => {
    const option = box.querySelector('option[value="new-government"]');
    if (option && !box.value) box.value = option.value;
  });
});
