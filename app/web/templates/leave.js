// Leaving at once, from every screen of a resident: nothing stays on the page or behind the Back button.
(() => {
  let pressed = 0;
  const wipe = () => {
    for (const one of document.querySelectorAll("input:not([type=hidden]), option")) {
      one.checked = one.defaultChecked = one.selected = one.defaultSelected = false;
      if (one.type === "text") one.value = one.defaultValue = "";
    }
  };
  const leave = () => {
    const away = document.querySelector(".leave").href, startAgain = document.querySelector("#start-again");
    wipe();
    window.speechSynthesis?.cancel();
    if (startAgain) return startAgain.submit();
    document.documentElement.replaceChildren();
    location.replace(away);
  };
  addEventListener("click", (event) => {
    if (!event.target.closest?.(".leave")) return;
    event.preventDefault();
    leave();
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (event.timeStamp - pressed < 1500 && pressed) leave();
    pressed = event.timeStamp;
  });
  addEventListener("pagehide", () => {
    wipe();
    window.speechSynthesis?.cancel();
  });
  addEventListener("pageshow", (event) => event.persisted && location.reload());
})();
