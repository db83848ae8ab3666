// Writing mail: the dialog over any page, Ctrl Enter, words that survive a closed dialog, and the seconds left to take it back.
(() => {
  let row = null;

  // A link that writes opens the dialog; with a key held down it leads to the page, as links do.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-write]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !document.getElementById("log-dialog")) return;
    event.preventDefault();
    link.closest("details.menu")?.removeAttribute("open");
    row = link.closest("[data-row]");
    document.dispatchEvent(new CustomEvent("salvor:log", { detail: { address: link.getAttribute("href") } }));
  });
  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.("[data-write-form]");
    if (!form || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.querySelector("[name=then][value=send]").click();
  });
  // A button that leads elsewhere is no answer for the dialog.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-write-form] [data-plain]");
    if (!button) return;
    event.preventDefault();
    HTMLFormElement.prototype.submit.call(leading(button));
  });
  const leading = (button) => {
    const form = button.form;
    form.action = button.getAttribute("formaction");
    const said = document.createElement("input");
    Object.assign(said, { type: "hidden", name: button.name, value: button.value });
    form.append(said);
    return form;
  };

  // What is typed is kept in this window until it is sent.
  const kept = (form) => `salvor:draft:${form.dataset.draft}`;
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("[data-write-form]");
    if (form) sessionStorage.setItem(kept(form), JSON.stringify({ subject: form.elements.subject.value, body: form.elements.body.value }));
  });
  const bringBack = () => {
    const form = document.querySelector("[data-write-form]:not([data-looked])");
    if (!form) return;
    form.dataset.looked = "";
    const words = JSON.parse(sessionStorage.getItem(kept(form)) || "null");
    if (!words || form.elements.body.value.trim()) return;
    form.elements.body.value = words.body;
    if (words.subject) form.elements.subject.value = words.subject;
  };
  document.body.addEventListener("written", (event) => {
    sessionStorage.removeItem(`salvor:draft:${event.detail.draft}`);
    if (row) row.id += "-acted"; // the rows of Today are kept as they stand, this one comes anew
    row = null;
  });

  // The seconds until it goes.
  const count = (line) => {
    const seconds = line.querySelector("[data-seconds]");
    if (!seconds || line.dataset.counts !== undefined) return;
    line.dataset.counts = "";
    const timer = setInterval(() => {
      const left = Number(seconds.textContent) - 1;
      if (!line.isConnected) { clearInterval(timer); return; }
      if (left > 0) { seconds.textContent = left; return; }
      clearInterval(timer);
      line.closest(".words").querySelector("form")?.remove();
      line.textContent = line.dataset.goes;
    }, 1000);
  };
  const look = () => { bringBack(); document.querySelectorAll("[data-goes]").forEach(count); };
  document.addEventListener("htmx:afterSettle", look);
  document.addEventListener("htmx:oobAfterSwap", look);
  look();
})();
