// Printing and copying what must not be lost, and hours that are asked for only when they are one's own.
(() => {
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
  document.querySelectorAll("[data-copy]").forEach((button) => {
    const field = document.getElementById(button.dataset.copy);
    button.hidden = false;
    button.addEventListener("click", async () => {
      field.select();
      try {
        await navigator.clipboard.writeText(field.value);
      } catch {
        return; // It stays marked, so that the keys for copying take it.
      }
      button.querySelector("span").textContent = button.dataset.copied;
    });
  });
  const own = document.querySelectorAll("input[name=own]");
  const hours = document.getElementById("own-hours");
  if (!hours || !own.length) return;
  const show = () => { hours.hidden = document.querySelector("input[name=own]:checked")?.value !== "yes"; };
  own.forEach((choice) => choice.addEventListener("change", show));
  show();
})();
