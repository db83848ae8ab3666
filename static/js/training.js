// A story on its page: the arrows go on and back, as the buttons do.
(() => {
  const GOES = { ArrowRight: "story-next", ArrowLeft: "story-back" };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.defaultPrevented) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable], dialog, summary") || !Object.hasOwn(GOES, event.key)) return;
    const link = document.getElementById(GOES[event.key]);
    if (link?.rel) { event.preventDefault(); link.click(); }
  });
})();
