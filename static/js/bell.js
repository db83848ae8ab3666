// The bell: its link opens a small panel below it; without script it leads to the page of notices.
(() => {
  const menu = document.querySelector("[data-bell]");
  if (!menu) return;
  const link = menu.querySelector("a.bell");
  const panel = menu.querySelector(".bell-sheet");
  const show = (open) => { panel.hidden = !open; link.setAttribute("aria-expanded", String(open)); };
  // A second click closes it, and asks nothing.
  link.addEventListener("htmx:confirm", (event) => { if (!panel.hidden) { event.preventDefault(); show(false); } });
  panel.addEventListener("htmx:afterSwap", () => { show(true); panel.querySelector("a, button")?.focus(); });
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) show(false); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !panel.hidden) { show(false); link.focus(); } });
})();
