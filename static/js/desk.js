// The risk desk: what opened inside a row closes again, and the focus goes back to where it was opened.
(() => {
  document.addEventListener("click", (event) => {
    const cancel = event.target.closest("[data-cancel]");
    const panel = cancel && cancel.closest("tr.panel");
    if (!panel) return;
    event.preventDefault();
    const opener = panel.closest("tbody").querySelector(".acts a[hx-get]");
    panel.replaceChildren();
    panel.hidden = true;
    if (opener) opener.focus();
  });
})();
