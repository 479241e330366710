// A device for many: after a minute without a touch the page clears itself for the next person, with a warning before.
(() => {
  const WARNED = 40, CLEARED = 60;
  let touched = Date.now();
  const find = (query) => document.querySelector(query);
  const warn = (now) => find("#still")?.toggleAttribute("hidden", !now);
  const inUse = () => !find("#survey") || find(":checked[id], .step:not(.away):not(#start)") || find("#code")?.value;
  const touch = () => {
    touched = Date.now();
    warn(false);
  };
  for (const kind of ["pointerdown", "keydown", "wheel", "touchmove", "input"]) addEventListener(kind, touch, true);
  setInterval(() => {
    const idle = (Date.now() - touched) / 1000;
    if (!inUse()) return;
    warn(idle >= WARNED);
    if (idle < CLEARED) return;
    document.querySelectorAll("form").forEach((form) => form.reset());
    find("#start-again").submit();
  }, 1000);
})();
