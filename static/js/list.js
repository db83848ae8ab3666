// The list of deals: what is selected, said in its bar; and columns that move up and down.
(() => {
  const boxes = () => [...document.querySelectorAll("[data-select]")];
  const page = document.querySelector("[data-select-page]");
  const words = document.querySelector("[data-selected]");
  const say = () => {
    const all = document.querySelector("[data-select-all]");
    const chosen = boxes().filter((box) => box.checked);
    boxes().forEach((box) => box.closest("tr").classList.toggle("chosen", box.checked));
    if (page) {
      page.checked = chosen.length > 0 && chosen.length === boxes().length;
      page.indeterminate = chosen.length > 0 && !page.checked;
    }
    if (!words) return;
    if (all && all.checked) words.textContent = words.dataset.all;
    else words.textContent = chosen.length === 1 ? words.dataset.one : words.dataset.many.replace("%s", chosen.length);
  };
  if (page) {
    page.hidden = false;
    page.addEventListener("change", () => { boxes().forEach((box) => { box.checked = page.checked; }); say(); });
  }
  let last = null;
  document.addEventListener("click", (event) => {
    const box = event.target.closest("[data-select]");
    if (!box) return;
    // With the shift key: everything between this one and the one before.
    if (event.shiftKey && last) {
      const [from, to] = [boxes().indexOf(last), boxes().indexOf(box)].sort((one, other) => one - other);
      boxes().slice(from, to + 1).forEach((one) => { one.checked = box.checked; });
    }
    last = box;
  });
  document.addEventListener("change", (event) => { if (event.target.matches("[data-select], [data-select-all]")) say(); });
  window.addEventListener("pageshow", say);
  say();

  const number = (list) => [...list.children].forEach((line, place) => { line.querySelector(".place").value = place + 1; });
  const dress = (root) => root.querySelectorAll("[data-ordered]").forEach((list) => {
    list.querySelectorAll("[data-earlier], [data-later]").forEach((button) => { button.hidden = false; });
    list.querySelectorAll(".place").forEach((field) => { field.type = "hidden"; });
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-earlier], [data-later]");
    if (!button) return;
    const line = button.closest("li");
    const other = button.matches("[data-earlier]") ? line.previousElementSibling : line.nextElementSibling;
    if (!other) return;
    if (button.matches("[data-earlier]")) other.before(line); else other.after(line);
    number(line.parentElement);
    button.focus();
  });
  document.addEventListener("htmx:afterSwap", (event) => dress(event.target));
  dress(document);
})();
