// The keys of every page; templates/parts/keys.html tells them all. Boards have keys of their own for the card that has the focus.
(() => {
  const dialog = document.getElementById("keys");
  const off = () => "noSingleKeys" in document.body.dataset;
  const typing = (target) => target.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], [role=combobox]");
  const go = (address) => { if (address) window.location.assign(address); };
  let waitingForPlace = 0;
  // A dialog or a form that is on its way: what is typed meanwhile was meant for it.
  let asked = null;
  const onItsWay = () => asked !== null && asked.readyState > XMLHttpRequest.UNSENT && asked.readyState < XMLHttpRequest.DONE;
  document.addEventListener("htmx:beforeSend", ({ detail }) => {
    if (detail.elt.matches?.("[data-opens]") || detail.target?.matches?.("[data-log-body]")) asked = detail.xhr;
  });

  // Rows one walks: those that say so, and those of every list. A row of a board has its own keys.
  const rows = () => [...document.querySelectorAll("#content [data-row], #content .rows tbody tr")]
    .filter((row) => !row.hidden && row.offsetParent !== null && !row.matches(".panel") && row.querySelector("a, button"));
  const standing = () => {
    const focused = document.activeElement?.closest?.("[data-row], .rows tbody tr");
    return focused || document.querySelector("#content .sel:is([data-row], tr)");
  };
  const walk = (step) => {
    const list = rows();
    if (!list.length) return;
    const here = list.indexOf(standing());
    const next = list[here < 0 ? (step > 0 ? 0 : list.length - 1) : Math.min(Math.max(here + step, 0), list.length - 1)];
    list.forEach((row) => row.classList.toggle("sel", row === next));
    (next.querySelector("a.say, [data-open]") || next.querySelector("a[href]") || next.querySelector("button")).focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };
  const press = (selector) => standing()?.querySelector(selector)?.click();

  // Log: on the deal of the row one stands on, in the form of the deal's own page, or wherever one says.
  const dealOf = (row) => row && [...row.querySelectorAll("a[href]")].map((link) => link.pathname.match(/^\/deals\/(\d+)\/$/)?.[1]).find(Boolean);
  const log = (byLetter) => {
    const here = window.location.pathname.match(/^\/deals\/(\d+)\/$/)?.[1];
    const row = dealOf(standing()) || (byLetter && here);
    const form = document.querySelector("#content form#log textarea");
    if (!row && form) { form.focus(); form.scrollIntoView({ block: "center" }); return; }
    const address = `${document.body.dataset.logAddress}${row ? `?deal=${row}${byLetter ? "&by_letter=1" : ""}` : ""}`;
    if (document.getElementById("log-dialog") && window.htmx) document.dispatchEvent(new CustomEvent("salvor:log", { detail: { address } }));
    else go(address);
  };
  const undo = () => [...document.querySelectorAll("#toasts .undo")].pop()?.click();

  const keys = {
    "/": () => { const box = document.querySelector("[data-search]"); box.focus(); box.select(); },
    "?": () => dialog.showModal(),
    c: () => log(true),
    n: () => go(dialog.querySelector("[data-key=n]")?.href),
    j: () => walk(1),
    k: () => walk(-1),
    x: () => press("[data-select]"),
    a: () => press("[data-act]"),
    t: () => press("[data-take]"),
    u: undo,
    g: () => { waitingForPlace = Date.now(); },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing || off()) return;
    if (typing(event.target) || document.querySelector("dialog[open]") || onItsWay()) return;
    const going = Date.now() - waitingForPlace < 1500;
    waitingForPlace = 0;
    if (going) {
      const place = dialog.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
      if (place) { event.preventDefault(); go(place.href); }
      return;
    }
    // A row may have letters of its own, the first one for whoever stands on none.
    const own = (standing() || document.querySelector("#content [data-row]"))?.querySelector(`[data-row-key~="${CSS.escape(event.key)}"]`);
    const act = own ? () => own.click() : Object.hasOwn(keys, event.key) && keys[event.key];
    if (act) { event.preventDefault(); act(); }
  });

  document.addEventListener("click", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (plain && event.target.closest("[data-log], [data-log-thumb]")) { event.preventDefault(); log(); }
    if (event.target.closest("[data-keys]")) dialog.showModal();
  });
  document.querySelectorAll("[data-keys]").forEach((button) => { button.hidden = false; });
})();
