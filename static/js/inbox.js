// The Inbox: what was decided leaves, and the focus goes on to the next row.
(() => {
  const rows = () => [...document.querySelectorAll("#inbox [data-row]")];
  let place = null;
  document.addEventListener("htmx:beforeRequest", (event) => {
    const row = event.detail.elt.closest?.("#inbox [data-row]");
    place = row && event.detail.requestConfig.verb === "post" ? rows().indexOf(row) : null;
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (place === null) return;
    const list = rows();
    const next = list[Math.min(place, list.length - 1)];
    place = null;
    list.forEach((row) => row.classList.toggle("sel", row === next));
    const goal = next ? next.querySelector("a.say") : document.querySelector("#inbox h1");
    goal?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: "nearest" });
  });
})();
