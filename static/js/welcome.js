// The first run: the time zone of this browser is a good first guess where nobody has chosen one.
(() => {
  const zone = document.querySelector("select[data-guess-zone]");
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && zone.value === "UTC" && !zone.classList.contains("is-invalid") && [...zone.options].some((one) => one.value === here)) zone.value = here;
})();
