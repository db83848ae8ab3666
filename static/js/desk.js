// The risk desk: a menu closes when it has opened a form inside its row, and that form closes again with the focus back where it was.
(() => {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest(".rows.desk .sheet a[hx-get]");
    if (opener) opener.closest("details").open = false;
    const cancel = event.target.closest("[data-cancel]");
    const panel = cancel && cancel.closest("tr.panel");
    if (!panel) return;
    event.preventDefault();
    const body = panel.closest("tbody");
    panel.replaceChildren();
    panel.hidden = true;
    const summary = body.querySelector(".menu > summary");
    if (summary) summary.focus();
  });
})();
