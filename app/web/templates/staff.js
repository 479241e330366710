// Browsers keep whole pages for the way back, in spite of `no-store`: after signing out none of them may show.
addEventListener("pagehide", () => { document.documentElement.hidden = true; });
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
// Work of seconds says that it goes on.
addEventListener("submit", ({ target }) => {
  const words = target.dataset.busy;
  if (!words) return;
  target.querySelector(".busy")?.remove();
  const line = document.createElement("p"), bar = document.createElement("progress");
  line.className = "busy done";
  line.setAttribute("role", "status");
  bar.setAttribute("aria-label", words);
  line.append(words, " ", bar);
  target.append(line);
});
