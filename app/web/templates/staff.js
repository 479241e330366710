// Browsers keep whole pages for the way back, in spite of `no-store`: after signing out none of them may show.
addEventListener("pagehide", () => { document.documentElement.hidden = true; });
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
