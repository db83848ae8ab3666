// Small comforts of every page: menus that close, messages that leave, words when the server cannot be reached.
(() => {
  const closeMenus = (but) => document.querySelectorAll("details.menu[open]").forEach((menu) => { if (menu !== but) menu.open = false; });
  // A file that is fetched leaves the page as it is: its menu closes behind it.
  document.addEventListener("click", (event) => closeMenus(event.target.closest("a[download]") ? null : event.target.closest("details.menu")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector("details.menu[open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); }
  });

  // Messages: an error stays until it is closed, the rest leave after a while, not while one points at them. What can
  // be undone stays longer.
  const settle = (line) => {
    const close = line.querySelector("[data-close]");
    if (!close || !close.hidden) return;
    close.hidden = false;
    close.addEventListener("click", () => line.remove());
    if (line.matches(".error, .warning")) return;
    let timer = 0;
    // A mail that is on its way has not been heard of to the end.
    const leave = (after) => { clearTimeout(timer); if (!line.querySelector("[data-goes]")) timer = setTimeout(() => line.remove(), after); };
    leave(line.querySelector(".undo") ? 20000 : 6000);
    line.addEventListener("htmx:afterSettle", () => { if (!line.matches(":hover, :focus-within")) leave(6000); });
    line.addEventListener("pointerenter", () => clearTimeout(timer));
    line.addEventListener("focusin", () => clearTimeout(timer));
    line.addEventListener("pointerleave", () => leave(4000));
  };
  // What was said twice stands there once, as it was said last.
  const said = (line) => line.querySelector(".words")?.textContent.trim();
  const settleAll = () => {
    const lines = [...document.querySelectorAll(".toast-line")];
    lines.forEach((line, place) => (lines.slice(place + 1).some((later) => said(later) === said(line)) ? line.remove() : settle(line)));
  };
  const failed = () => {
    const words = document.getElementById("unreachable");
    if (!words) return;
    document.getElementById("toasts").append(words.content.cloneNode(true));
    settleAll();
  };
  document.addEventListener("htmx:sendError", failed);
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:afterSettle", settleAll);

  // A list of choices that applies at once, where the page says so; the button stays for those without script.
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form && form.matches("[data-apply]")) form.requestSubmit();
  });

  // The focus is given once: htmx gives it again to whatever asks for it, also to a form that is kept open while the page around it comes anew.
  document.addEventListener("focusin", (event) => event.target.removeAttribute("autofocus"));

  // A link that opens its answer in a dialog; without script it leads to a page of its own.
  document.addEventListener("htmx:afterSwap", (event) => {
    const link = event.detail.requestConfig?.elt;
    const dialog = link?.dataset?.opens && document.getElementById(link.dataset.opens);
    if (!dialog || dialog.open) return;
    closeMenus();
    dialog.showModal();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close-dialog]") || event.target.matches("dialog[open]")) event.target.closest("dialog").close();
  });

  // A filter nobody filled in has no place in the address.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".filter-form")) return;
    const empty = [...event.target.elements].filter((field) => field.name && !field.value);
    empty.forEach((field) => { field.disabled = true; });
    setTimeout(() => empty.forEach((field) => { field.disabled = false; }));
  });

  // A form that is done with once (a deal is lost, or declined): going back afterwards passes over it, to where it was opened.
  // It is done when its answer leads elsewhere; what was refused or did not arrive stays to be corrected.
  const SENT = "salvor:sent", DONE = "salvor:done";
  const sent = sessionStorage.getItem(SENT);
  sessionStorage.removeItem(SENT);
  if (sent && sent !== location.pathname) sessionStorage.setItem(DONE, sent);
  document.addEventListener("submit", (event) => { if (event.target.matches("[data-once]")) sessionStorage.setItem(SENT, location.pathname); });

  // What one did elsewhere has changed what a page shows that the browser kept: coming back to it shows it as it is now, unless words were begun there.
  const WROTE = "salvor:wrote", SHOWS_DEALS = "#board, #today, #deal, .rows.deals, .rows.forecast";
  const wrote = () => sessionStorage.setItem(WROTE, Date.now());
  const drawn = () => history.replaceState({ ...history.state, drawn: Date.now() }, "");
  const begun = () => [...document.querySelectorAll("main :is(textarea, input:not([type=hidden], [type=checkbox], [type=radio]))")].some((field) => field.value !== field.defaultValue);
  const isOld = () => document.querySelector(SHOWS_DEALS) && !begun() && Number(sessionStorage.getItem(WROTE)) > (history.state?.drawn ?? 0);
  document.addEventListener("submit", (event) => { if (event.target.method === "post") wrote(); });
  document.addEventListener("htmx:beforeRequest", (event) => { if (event.detail.requestConfig.verb !== "get") wrote(); });
  document.addEventListener("salvor:wrote", wrote);
  if (performance.getEntriesByType("navigation")[0]?.type !== "back_forward") drawn();

  window.addEventListener("pageshow", (event) => {
    const here = document.querySelector("[data-once]");
    const came = performance.getEntriesByType("navigation")[0];
    const back = event.persisted || came?.type === "back_forward";
    if (here && !back) sessionStorage.removeItem(DONE);
    const done = back && sessionStorage.getItem(DONE);
    // As the browser kept it, or asked for anew: then the server has led on from it.
    if (done && (here ? done === location.pathname : !event.persisted && came.redirectCount)) history.back();
    else if (back && isOld()) setTimeout(() => location.reload());
  });
  settleAll();
})();
