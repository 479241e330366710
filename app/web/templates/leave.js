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
    // Back to the first screen in the history first, so that the other site replaces it.
    const go = () => location.replace(away);
    if (!history.state) return go();
    addEventListener("popstate", go);
    history.go(-history.state);
    setTimeout(go, 500);
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
