// A helper does not see what is answered in a sensitive part: handed over, answered, closed. Opened again, it is empty.
(() => {
  const find = (query, within = document) => within.querySelector(query);
  const shut = (part) => {
    part.dataset.state = "shut";
    const closed = find("#survey").elements._closed;
    if (!closed.value.split(" ").includes(part.id)) closed.value += ` ${part.id}`;
  };
  const shutAll = () => document.querySelectorAll('[data-state="open"]').forEach(shut);
  const open = (part) => {
    if (part.dataset.state === "shut")
      for (const input of part.querySelectorAll(":checked[id]")) {
        input.checked = input.selected = false;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }
    part.dataset.state = "open";
    find("h2", part).focus();
  };
  addEventListener("click", ({ target }) => {
    const at = (query) => target.closest?.(query);
    if (at("[data-open]")) open(at("[data-state]"));
    else if (at("[data-shut], #next, #back, #send, [data-skip], .leave")) shutAll();
    if (at("[data-shut]")) find("h2", at("[data-state]")).focus();
  }, true);
})();
