// A message as it was laid out: its frame is as tall as what stands in it.
(() => {
  const fit = (frame) => {
    const body = frame.contentDocument?.body;
    if (body) frame.style.height = `${Math.min(Math.max(body.scrollHeight + 24, 80), 4000)}px`;
  };
  document.querySelectorAll(".letter-frame").forEach((frame) => {
    frame.addEventListener("load", () => fit(frame));
    frame.closest("details").addEventListener("toggle", () => fit(frame));
  });
})();
