// Passkeys: the browser is asked for one, and its answer is sent as the form's own field. Without script other ways remain.
(() => {
  const words = (why) => {
    const all = document.getElementById("passkey-words").content;
    return (all.querySelector(`[data-why="${why}"]`) || all.querySelector('[data-why=""]')).textContent;
  };
  const options = async (form) => {
    const own = form.querySelector("#passkey-options") || document.getElementById("passkey-options");
    if (own) return JSON.parse(own.textContent);
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`The server answered ${answer.status}`);
    return (await answer.json()).request_options;
  };
  const make = async (form) => {
    const wanted = await options(form);
    if (form.dataset.passkey === "ask") return window.webauthnJSON.get(wanted);
    // A passkey that opens the door by itself: kept on the device, and the device makes sure who holds it.
    Object.assign(wanted.publicKey.authenticatorSelection, { residentKey: "required", requireResidentKey: true, userVerification: "required" });
    return window.webauthnJSON.create(wanted);
  };
  const start = (form) => {
    const button = form.querySelector("[data-passkey-act]");
    const said = form.querySelector("[data-passkey-words]");
    const act = async (event) => {
      event.preventDefault();
      said.textContent = "";
      button.disabled = true;
      try {
        form.elements.credential.value = JSON.stringify(await make(form));
        form.submit();
      } catch (error) {
        said.textContent = words(error.name);
        button.disabled = false;
      }
    };
    button.addEventListener("click", act);
    form.addEventListener("submit", act);
    form.hidden = false;
  };
  if (window.PublicKeyCredential) document.querySelectorAll("[data-passkey]").forEach(start);
  else document.querySelectorAll("[data-no-passkeys]").forEach((line) => { line.hidden = false; });
})();
