// Runs before the page is drawn, so that a chosen density does not flicker.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  try {
    if (localStorage.getItem("guatu.density") === "dense") root.classList.add("dense");
  } catch { /* storage is switched off: the usual density */ }
})();
