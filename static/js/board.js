// The board: a card is dragged, carried by keys, or sent from its menu. It moves at once; the server has the last word.
(() => {
  const board = document.getElementById("board");
  if (!board) return;
  const says = document.getElementById("board-says");
  const landing = document.getElementById("landing");
  const menu = document.getElementById("move-menu");
  const lists = () => [...document.querySelectorAll(".cards[data-stage]")];
  const listOf = (stage) => lists().find((list) => list.dataset.stage === stage);
  const open = () => lists().filter((list) => !("closed" in list.dataset));
  const cardOf = (node) => node?.closest?.(".deal[data-deal]");
  const cardsIn = (list) => [...list.querySelectorAll(".deal")];
  const link = (card) => card?.querySelector(".t");
  const moving = (yes) => document.body.classList.toggle("moving", yes);
  const say = (sentence, words) => { says.textContent = says.dataset[sentence].replace(/\{(\w+)\}/g, (_all, name) => words[name]); };

  // Where a card belongs in a column: by what is at stake, the newer deal first among equals.
  const before = (one, other) => Number(one.dataset.stake) - Number(other.dataset.stake) || Number(one.dataset.deal) - Number(other.dataset.deal);
  const place = (card, list) => {
    const next = cardsIn(list).find((other) => other !== card && before(card, other) > 0) || list.querySelector(".more");
    if (card.parentElement !== list || card.nextElementSibling !== next) list.insertBefore(card, next);
  };

  // One request after the other, so that the counts of the last answer are the last ones.
  let queue = Promise.resolve();
  const undos = [];
  const post = async (address, words) => {
    const form = new FormData(document.getElementById("undo"));
    Object.entries(words).forEach(([name, value]) => form.set(name, value));
    const answer = await fetch(address, { method: "POST", body: form, headers: { "X-Board": "1" } });
    document.dispatchEvent(new CustomEvent("salvor:wrote"));
    if (answer.redirected) { window.location.assign(answer.url); return; }
    if (!answer.ok && answer.status !== 409 && answer.status !== 422) throw new Error(`${answer.status}`);
    const pk = address.match(/(\d+)\/(\?.*)?$/)[1];
    htmx.swap(landing, await answer.text(), { swapStyle: "innerHTML", settleDelay: 0, swapDelay: 0 });
    land(pk);
  };
  // What the server says of the card, in the column it says.
  const land = (pk) => {
    const old = board.querySelector(`.deal[data-deal="${pk}"]`) || document.querySelector(`.ends .deal[data-deal="${pk}"]`);
    const fresh = landing.querySelector(".deal");
    const held = old && old.contains(document.activeElement);
    old?.remove();
    const list = fresh && listOf(fresh.dataset.stage);
    if (list) { place(fresh, list); if (held) link(fresh).focus({ preventScroll: true }); }
    landing.replaceChildren();
    const undo = [...document.querySelectorAll("#toasts .undo")].pop();
    if (undo && !undos.some((known) => known.value === undo.value)) undos.push({ address: undo.getAttribute("formaction"), value: undo.value });
  };
  const unreachable = () => document.dispatchEvent(new CustomEvent("htmx:sendError", { detail: { elt: board } }));
  const enqueue = (act, failed) => { queue = queue.then(act).catch(() => { failed?.(); unreachable(); }); return queue; };

  const move = (card, origin, list) => {
    if (list === origin) { place(card, origin); return; }
    const address = card.querySelector(".to").getAttribute("href");
    const held = card.contains(document.activeElement);
    card.classList.add("sending");
    place(card, list);
    if (held) link(card).focus({ preventScroll: true });
    const back = () => { card.classList.remove("sending"); place(card, origin); };
    enqueue(() => post(address, { stage: list.dataset.stage, from: origin.dataset.stage }), back);
  };
  const undo = ({ address, value }) => {
    const known = undos.findIndex((one) => one.value === value);
    if (known >= 0) undos.splice(known, 1);
    document.querySelectorAll("#toasts .undo").forEach((button) => { if (button.value === value) button.closest(".toast-line").remove(); });
    enqueue(() => post(address, { undo: value }));
  };
  document.getElementById("undo").addEventListener("submit", (event) => {
    event.preventDefault();
    undo({ address: event.submitter.getAttribute("formaction"), value: event.submitter.value });
  });

  // By mouse and by touch; a short wait under the thumb leaves scrolling as it is.
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const drag = (list) => Sortable.create(list, {
    group: { name: "board", put: !("closed" in list.dataset) },
    sort: false,
    draggable: ".deal",
    filter: ".to",
    preventOnFilter: false,
    ghostClass: "ghost",
    animation: still ? 0 : 140,
    delay: 220,
    delayOnTouchOnly: true,
    touchStartThreshold: 6,
    scrollSensitivity: 60,
    onStart: () => { putDown(); moving(true); },
    onEnd: ({ item, from, to }) => { moving(false); move(item, from, to); },
  });
  lists().forEach(drag);
  board.addEventListener("contextmenu", (event) => { if (event.pointerType === "touch" && cardOf(event.target)) event.preventDefault(); });

  // By keys: Space or m picks up, the arrows choose the column, Enter drops, Escape puts back.
  let carried = null;
  const words = (card, list) => ({ deal: card.dataset.name, stage: list.dataset.name, n: open().indexOf(list) + 1, all: open().length });
  const hold = (card, list) => {
    place(card, list);
    link(card).focus({ preventScroll: true });
    list.closest(".col")?.scrollIntoView({ inline: "nearest", block: "nearest" });
    card.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  const pickUp = (card) => {
    carried = { card, origin: card.parentElement };
    card.classList.add("carried");
    moving(true);
    say("picked", words(card, carried.origin));
  };
  const letGo = () => {
    const { card, origin } = carried;
    carried = null;
    card.classList.remove("carried");
    moving(false);
    return { card, origin, list: card.parentElement };
  };
  const putDown = () => {
    if (!carried) return;
    const { card, origin } = letGo();
    hold(card, origin);
    say("back", words(card, origin));
  };
  const drop = () => {
    const { card, origin, list } = letGo();
    say(list === origin ? "back" : "dropped", words(card, list));
    move(card, origin, list);
  };
  const carry = (step) => {
    const stops = open().includes(carried.origin) ? open() : [carried.origin, ...open()];
    const list = stops[stops.indexOf(carried.card.parentElement) + step];
    if (!list) return;
    hold(carried.card, list);
    say("over", words(carried.card, list));
  };
  const walk = (card, across, down) => {
    const list = card.parentElement;
    const here = cardsIn(list).indexOf(card);
    if (down) { link(cardsIn(list)[here + down])?.focus(); return; }
    const columns = lists().filter((one) => cardsIn(one).length);
    const next = columns[columns.indexOf(list) + across];
    if (next) link(cardsIn(next)[Math.min(here, cardsIn(next).length - 1)]).focus();
  };
  const carrying = { ArrowLeft: () => carry(-1), ArrowRight: () => carry(1), Enter: drop, " ": drop, Escape: putDown };
  const walking = {
    " ": pickUp,
    m: pickUp,
    ArrowUp: (card) => walk(card, 0, -1),
    ArrowDown: (card) => walk(card, 0, 1),
    k: (card) => walk(card, 0, -1),
    j: (card) => walk(card, 0, 1),
    ArrowLeft: (card) => walk(card, -1, 0),
    ArrowRight: (card) => walk(card, 1, 0),
  };
  const letters = !("noSingleKeys" in document.body.dataset);
  document.addEventListener("keydown", (event) => {
    if (event.key === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.target.closest("input, textarea, select")) {
      event.preventDefault();
      const last = undos.pop();
      if (last) undo(last); else say("nothing", {});
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (carried) {
      if (event.key === "Tab") { putDown(); return; }
      event.preventDefault();
      event.stopPropagation();
      carrying[event.key]?.();
      return;
    }
    const card = event.target.matches?.(".deal .t") && cardOf(event.target);
    if (!card || !walking[event.key] || (/[a-z]/.test(event.key) && event.key.length === 1 && !letters)) return;
    event.preventDefault();
    event.stopPropagation();
    walking[event.key](card);
  }, true);
  document.addEventListener("pointerdown", putDown);

  // From the card's menu: one menu for all cards.
  let asked = null;
  document.addEventListener("click", (event) => {
    const opener = event.target.closest(".deal .to");
    if (opener && board.contains(opener)) {
      event.preventDefault();
      asked = cardOf(opener);
      const title = document.getElementById("move-title");
      title.textContent = title.dataset.words.replace("{deal}", asked.dataset.name);
      menu.querySelectorAll("[data-to]").forEach((item) => { item.setAttribute("aria-current", String(item.dataset.to === asked.dataset.stage)); });
      menu.showPopover();
      const spot = opener.getBoundingClientRect();
      const size = menu.getBoundingClientRect();
      menu.style.setProperty("--x", `${Math.max(8, Math.min(spot.left, window.innerWidth - size.width - 12))}px`);
      menu.style.setProperty("--y", `${Math.max(8, Math.min(spot.bottom + 4, window.innerHeight - size.height - 12))}px`);
      menu.querySelector("[data-to]:not([aria-current='true'])")?.focus();
    }
    const item = event.target.closest("#move-menu [data-to]");
    if (!item || !asked) return;
    const card = asked;
    menu.hidePopover();
    const list = listOf(item.dataset.to);
    link(card).focus({ preventScroll: true });
    if (list) move(card, card.parentElement, list);
    else enqueue(() => post(card.querySelector(".to").getAttribute("href"), { stage: item.dataset.to, from: card.dataset.stage }));
  });

  // Coming back to the board is coming back to the column one was at.
  board.scrollLeft = history.state?.across || 0;
  let rest;
  const remember = () => { if (board.scrollLeft !== (history.state?.across || 0)) history.replaceState({ ...history.state, across: board.scrollLeft }, ""); };
  board.addEventListener("scroll", () => { clearTimeout(rest); rest = setTimeout(remember, 120); }, { passive: true });
  document.addEventListener("click", remember, true); // whoever opens a card before it came to rest comes back there, too

  // More cards of a column: none stands there twice, and the keyboard goes on at the first new one.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!event.detail.target.matches(".more")) return;
    const known = event.detail.target.previousElementSibling;
    requestAnimationFrame(() => {
      const seen = new Set();
      [...board.querySelectorAll(".deal")].reverse().forEach((card) => { if (seen.has(card.dataset.deal)) card.remove(); seen.add(card.dataset.deal); });
      if (document.activeElement === document.body) link(known?.nextElementSibling)?.focus({ preventScroll: true });
    });
  });
})();
