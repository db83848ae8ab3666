// Boxes one searches in while typing: the results below are a listbox, the best one is chosen, Enter opens it.
(() => {
  const sheetOf = (box) => document.getElementById(box.dataset.combobox);
  const boxOf = (sheet) => document.querySelector(`[data-combobox="${sheet.id}"]`);
  const optionsOf = (box) => [...sheetOf(box).querySelectorAll("[role=option]")];
  const chosenOf = (box) => sheetOf(box).querySelector("[aria-selected=true]");
  const keepsOpen = (box) => "keepOpen" in box.dataset;
  // What the results on show were asked with; the server keeps a hundred letters.
  const current = (box) => sheetOf(box).querySelector("[data-words]")?.dataset.words === box.value.trim().slice(0, 100).trim();
  // The boxes in which Enter was pressed before the answer, with the timer of each.
  const waiting = new WeakMap();
  const waitNoMore = (box) => { clearTimeout(waiting.get(box)); return waiting.delete(box); };

  const choose = (box, option) => {
    optionsOf(box).forEach((one) => one.setAttribute("aria-selected", String(one === option)));
    if (option) { box.setAttribute("aria-activedescendant", option.id); option.scrollIntoView({ block: "nearest" }); }
    else box.removeAttribute("aria-activedescendant");
  };
  const open = (box) => { const sheet = sheetOf(box); sheet.hidden = false; box.setAttribute("aria-expanded", String(optionsOf(box).length > 0)); };
  const close = (box) => {
    waitNoMore(box);
    if (keepsOpen(box)) return;
    sheetOf(box).hidden = true;
    box.setAttribute("aria-expanded", "false");
    choose(box, null);
  };
  const enter = (box) => {
    const option = chosenOf(box) || optionsOf(box)[0];
    if (option) option.click();
    else if (box.value.trim() && box.form && !keepsOpen(box)) box.form.requestSubmit();
  };
  // The server was asked and did not say in time: the page of results says what is the matter.
  const giveUp = (box) => { if (waitNoMore(box) && !keepsOpen(box)) box.form.submit(); };
  const look = (box) => window.htmx.trigger(box, "look");

  document.addEventListener("htmx:afterSwap", (event) => {
    const sheet = event.target.closest?.("[id]");
    const box = sheet && boxOf(sheet);
    if (!box) return;
    const said = sheet.querySelector("[data-said]")?.dataset.said;
    document.querySelectorAll(`[data-said-for="${sheet.id}"]`).forEach((line) => { line.textContent = said || ""; });
    if (document.activeElement !== box && !keepsOpen(box)) return;
    open(box);
    choose(box, optionsOf(box)[0] || null);
  });
  // Only now the results do what they say: htmx has seen them.
  document.addEventListener("htmx:afterSettle", (event) => {
    const sheet = event.target.closest?.("[id]");
    const box = sheet && boxOf(sheet);
    if (box && waiting.has(box) && current(box)) { waitNoMore(box); enter(box); }
  });
  // A box that came with its results on show, in a dialog or a page of its own.
  const greet = (root) => root.querySelectorAll?.("[data-combobox][data-keep-open]").forEach((box) => { open(box); choose(box, optionsOf(box)[0] || null); });
  document.addEventListener("htmx:afterSettle", (event) => greet(event.target));
  greet(document);
  ["htmx:sendError", "htmx:responseError"].forEach((name) => document.addEventListener(name, (event) => {
    const box = event.detail.elt?.matches?.("[data-combobox]") ? event.detail.elt : null;
    if (box) giveUp(box);
  }));

  const step = (box, by) => {
    const options = optionsOf(box);
    if (!options.length) return;
    const here = options.indexOf(chosenOf(box));
    choose(box, options[(here + by + options.length) % options.length]);
  };
  const keys = {
    ArrowDown: (box) => { if (sheetOf(box).hidden) look(box); else step(box, 1); },
    ArrowUp: (box) => step(box, -1),
    Enter: (box, event) => {
      if (!current(box) && (box.value.trim() || keepsOpen(box))) { waitNoMore(box); waiting.set(box, setTimeout(() => giveUp(box), 4000)); look(box); }
      else if (event.ctrlKey || event.metaKey) window.open((chosenOf(box) || {}).href || "#", "_blank", "noopener");
      else if (!sheetOf(box).hidden) enter(box);
      else if (box.value.trim()) box.form.requestSubmit();
    },
    Escape: (box) => {
      if (keepsOpen(box) && !box.value) { box.closest("dialog")?.close(); return; }
      if (!sheetOf(box).hidden && !keepsOpen(box)) { close(box); return; }
      if (box.value) { box.value = ""; if (keepsOpen(box)) look(box); } else box.blur();
    },
  };
  document.addEventListener("keydown", (event) => {
    const box = event.target.closest?.("[data-combobox]");
    if (!box || event.isComposing) return;
    if (event.key === "Tab") { close(box); return; }
    const act = keys[event.key];
    if (!act || event.shiftKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    act(box, event);
  }, true);
  document.addEventListener("input", (event) => {
    const box = event.target.closest?.("[data-combobox]");
    if (box) { pressed = null; waitNoMore(box); choose(box, null); } // a press that was let go of elsewhere ended untold: whoever types is done with it
  });
  document.addEventListener("focusin", (event) => {
    const box = event.target.closest?.("[data-combobox]");
    if (box && !keepsOpen(box)) look(box);
    document.querySelectorAll("[data-combobox][aria-expanded=true]").forEach((other) => {
      if (other !== box && !sheetOf(other).contains(event.target)) close(other);
    });
  });
  // A press on a result must not take the focus from the box before it is a click; one elsewhere closes the list.
  let pressed = null;
  document.addEventListener("pointerdown", (event) => {
    const option = event.target.closest?.("[role=option]");
    if (option && option.closest(".found-list")) { pressed = option; if (event.pointerType === "mouse") event.preventDefault(); return; }
    document.querySelectorAll("[data-combobox]").forEach((box) => {
      if (box !== event.target && !sheetOf(box).hidden && !sheetOf(box).contains(event.target)) close(box);
    });
  });
  // What is being pressed is chosen: an answer that comes meanwhile does not take it away before it is a click.
  ["pointerup", "pointercancel"].forEach((name) => document.addEventListener(name, () => { pressed = null; }));
  document.addEventListener("htmx:beforeSwap", (event) => { if (pressed && event.detail.target.contains(pressed)) event.detail.shouldSwap = false; });
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    const box = document.querySelector("[data-search]");
    if (!box || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    box.focus();
    box.select();
  });
})();
