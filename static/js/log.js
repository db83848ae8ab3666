// Logging from anywhere: the dialog, its keys, and the page below that is looked at anew once something was logged.
(() => {
  const dialog = document.getElementById("log-dialog");
  if (!dialog) return;
  const body = dialog.querySelector("[data-log-body]");
  const touched = new Set();
  let logged = false;

  const show = (address) => {
    logged = false;
    body.replaceChildren();
    // Asked by itself: beside the page below, which may be looking at itself anew, and not after it.
    window.htmx.ajax("GET", address, { source: body, target: body, swap: "innerHTML" }).then(() => { if (!dialog.open) dialog.showModal(); focusFirst(); });
  };
  const focusFirst = () => body.querySelector("[autofocus]")?.focus();
  document.addEventListener("salvor:log", (event) => show(event.detail.address));
  document.addEventListener("htmx:afterSettle", (event) => { if (event.target === body && dialog.open) focusFirst(); });

  // Ctrl Enter in the words saves; with Shift another one follows.
  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.("[data-log-form]");
    if (!form || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.querySelector(`[name=then][value=${event.shiftKey ? "another" : "done"}]`).click();
  });

  // A call by its one letter; any other letter begins the words.
  document.addEventListener("keydown", (event) => {
    const letters = event.target.closest?.("[data-log-body]")?.querySelector("[data-at-once]");
    if (!letters || "noSingleKeys" in document.body.dataset || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key.length !== 1 || event.key === " " || event.target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select")) return;
    const button = letters.querySelector(`[data-letter="${CSS.escape(event.key)}"]`);
    if (!button) { body.querySelector("textarea")?.focus(); return; }
    event.preventDefault();
    button.click();
  });

  // The page below tells the truth again, unless somebody has typed something there.
  document.addEventListener("input", (event) => { if (event.target.closest("#content") && event.target.name) touched.add(event.target.name); });
  const lookAnew = () => {
    const content = document.getElementById("content");
    if (!content || touched.size || content.querySelector("[data-log-body], .board")) return;
    window.htmx.ajax("GET", window.location.href, { target: "#content", select: "#content", swap: "outerHTML" });
  };
  document.body.addEventListener("logged", () => { logged = true; if (!dialog.open) lookAnew(); });
  document.body.addEventListener("withdrawn", () => {
    const told = body.querySelector("[data-withdrawn]");
    if (told) told.replaceChildren(told.dataset.withdrawn);
    document.querySelectorAll("#toasts form .undo").forEach((button) => button.closest(".toast-line").remove());
    focusFirst();
  });
  document.body.addEventListener("logged-all", () => { if (dialog.open) dialog.close(); });
  dialog.addEventListener("close", () => { if (logged) lookAnew(); logged = false; });
})();
