// The risk desk: a form that opened inside its row closes again, and the focus goes back to where it was opened.
(() => {
  document.addEventListener("click", (event) => {
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
