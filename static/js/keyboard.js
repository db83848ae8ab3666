// The keys: / search, g p and g r to go, c to log (on the row one stands on), j k through a list, ? shows them all.
(() => {
  let waitingForPlace = false;
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]");
  const go = (address) => { if (address) window.location.assign(address); };
  const rows = () => [...document.querySelectorAll(".rows tbody tr")].filter((row) => row.querySelector("a, button"));
  const chosen = () => document.querySelector(".rows tbody tr.sel");

  const walk = (step) => {
    const list = rows();
    if (!list.length) return;
    const here = list.findIndex((row) => row.contains(document.activeElement) || row === chosen());
    const next = list[Math.min(Math.max(here + step, 0), list.length - 1)];
    list.forEach((row) => row.classList.toggle("sel", row === next));
    (next.querySelector("a.say") || next.querySelector("a, button")).focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };
  const deal = (row) => [...row.querySelectorAll("a[href]")].map((link) => link.pathname).find((path) => /^\/deals\/\d+\/$/.test(path));
  const log = () => {
    const here = chosen() && deal(chosen());
    if (here) { go(`${here}log/`); return; }
    const form = document.getElementById("log");
    const words = form && form.querySelector("textarea");
    if (words) { words.focus(); words.scrollIntoView({ block: "center" }); return; }
    const link = document.querySelector("[data-log]");
    if (link) go(link.href);
  };
  const places = { p: () => go(document.body.dataset.pipeline), r: () => go(document.body.dataset.riskDesk) };
  const keys = {
    "/": () => { const box = document.querySelector("[data-search]"); box.focus(); box.select(); },
    c: log,
    j: () => walk(1),
    k: () => walk(-1),
    t: () => chosen()?.querySelector("[data-take]")?.click(),
    g: () => { waitingForPlace = true; setTimeout(() => { waitingForPlace = false; }, 1200); },
    "?": () => document.getElementById("keys").showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target)) return;
    const act = waitingForPlace ? places[event.key] : keys[event.key];
    waitingForPlace = false;
    if (act) { event.preventDefault(); act(); }
  });

  // Log something, on a deal's own page: to its form.
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-log], [data-log-thumb]") && document.getElementById("log")) { event.preventDefault(); log(); }
    if (event.target.closest("[data-keys]")) document.getElementById("keys").showModal();
  });
  document.querySelectorAll("[data-keys]").forEach((button) => { button.hidden = false; });
})();
