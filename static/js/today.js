// Today: forms that open and close inside their rows, the focus that goes on to the next row, undo without leaving the page.
(() => {
  const rows = () => [...document.querySelectorAll("#today [data-row]")];
  const act = (row) => row.querySelector("[data-act]") || row.querySelector("a, button");
  let place = null;

  // What was done leaves: the next row gets the focus, or what is said on top where none is left.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const row = event.detail.elt.closest?.("[data-row]");
    place = null;
    if (!row || event.detail.requestConfig.verb !== "post") return;
    place = { at: rows().indexOf(row), key: row.dataset.key };
    row.id += "-acted"; // all other rows are kept as they stand, this one comes anew where it is still owed
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (place === null || event.detail.target?.id !== "today" && event.detail.elt?.id !== "today") return;
    const { at, key } = place;
    place = null;
    const list = rows();
    const same = list.find((row) => row.dataset.key === key);
    const next = same || list[Math.min(at, list.length - 1)];
    const goal = next ? (same && next.querySelector(".open-form .is-invalid, .open-form textarea")) || act(next) : document.querySelector("#today h1");
    goal?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: "nearest" });
  });

  document.addEventListener("click", (event) => {
    const close = event.target.closest("[data-close-form]");
    if (close) {
      event.preventDefault();
      const row = close.closest("[data-row]");
      row.querySelector(".open-form").replaceChildren();
      act(row).focus();
      return;
    }
    // A second click on what opened a form closes nothing somebody typed: it leads into it.
    const opener = event.target.closest("[data-opens], [data-calls]");
    if (!opener) return;
    opener.closest("details.menu")?.removeAttribute("open");
    // While the telephone rings, the form to note it in opens.
    if (opener.matches("[data-calls]")) opener.closest("[data-row]").querySelector("[data-opens]")?.click();
  });
  document.addEventListener("htmx:confirm", (event) => {
    const opener = event.detail.elt;
    const row = opener.closest?.("[data-row]");
    if (!row || !opener.matches("[data-opens]")) return; // what opens a dialog is in no row
    const form = row.querySelector(".open-form form");
    if (form && (form.dataset.ask || "") !== (opener.dataset.ask || "")) return; // the other one of two
    const words = form?.querySelector("textarea, input:not([type=hidden])");
    if (words) { event.preventDefault(); words.focus(); }
  });

  // Undo from a toast: the page's middle comes back as it was, and what is typed elsewhere stays.
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (event.target.id !== "undo" || !button || !window.htmx) return;
    event.preventDefault();
    window.htmx.ajax("POST", button.getAttribute("formaction"), {
      source: "#today", target: "#today", select: "#today", swap: "outerHTML", values: { undo: button.value },
    }).then(() => document.querySelector("#today h1")?.focus({ preventScroll: true }));
  });
})();
