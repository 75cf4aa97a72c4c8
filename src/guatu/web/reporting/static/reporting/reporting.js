// 谁还没报: copy a message; without the clipboard it is selected, to be copied by Ctrl-C.
(() => {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const box = button.closest("li").querySelector("[data-words]");
    box.focus();
    box.select();
    try {
      await navigator.clipboard.writeText(box.value);
      button.textContent = "已复制";
    } catch {
      button.textContent = "已选中，按 Ctrl+C";
    }
    setTimeout(() => { button.textContent = "复制"; }, 2500);
  });
})();
