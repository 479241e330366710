// One part at a time, gentle checks, and sending again when the line drops. Every word comes from the page.
(() => {
  const root = document.documentElement;
  const find = (query, top = document) => top.querySelector(query),
    all = (query, top = document) => [...top.querySelectorAll(query)];
  let form, data, rules, steps, here, warned, wish, busy, wake, spoken, pin;

  const say = (words = "") => find("#said").textContent = words;

  // Rules: ["D1",[1,2],1] is "at least 1 of the codes 1, 2 is ticked in D1"; all, any and not join them.
  // A list to choose from counts by its option; its empty one has no id.
  const ticked = (item, code) => find(`#${item}-${code < 0 ? "m" + -code : code}:checked`);
  const holds = ({ 0: item, 1: codes, 2: least, all, any, not }) =>
    codes ? codes.filter((code) => ticked(item, code)).length >= least
    : all ? all.every(holds)
    : any ? any.some(holds)
    : !holds(not);
  const walk = () => {
    for (const id in rules) find("#" + id)?.classList.toggle("off", !holds(rules[id]));
  };

  const asks = (step) => !find(".q", step) || find(".q:not(.off)", step);
  const open = () => steps.filter((step) => !step.matches(".off") && asks(step));
  const count = () => {
    const path = open(), at = path.indexOf(steps[here]) + 1, { part } = data;
    Object.assign(find("progress"), { max: path.length, value: at });
    find("#part").textContent = part.replace("[n]", at).replace("[all]", path.length);
  };
  const show = (index, focus) => {
    here = Math.min(Math.max(index, 0), steps.length - 1);
    form.elements._at.value = here;
    steps.forEach((step, n) => step.classList.toggle("away", n !== here));
    find("#back").hidden = !here;
    find("#send").hidden = !(find("#next").hidden = here === steps.length - 1);
    say();
    hush();
    count();
    if (focus) land(find("h2", steps[here]));
  };
  const stepOf = (one) => steps.indexOf(one.closest(".step"));
  const land = (one) => {
    scrollTo({ top: 0, behavior: "instant" });
    one.focus({ preventScroll: true });
  };
  const move = (by) => {
    const path = open();
    show(steps.indexOf(path[path.indexOf(steps[here]) + by] || steps[here]), true);
  };

  const done = (q) => find(":checked[id]", q);
  // A question may stay empty: the reminder comes once for each part, and never in a sensitive one.
  const next = () => {
    const step = steps[here], code = find("[aria-required]", step);
    if (code && !code.value.trim()) return say(data.code), code.focus();
    const empty = all(".q:not(.off)", step).filter((q) => !done(q));
    if (empty.length && warned !== step && !find("[data-skip]", step)) {
      warned = step;
      empty[0].scrollIntoView({ block: "center" });
      find("input, select", empty[0]).focus({ preventScroll: true });
      return say(data.empty);
    }
    move(1);
  };
  const skip = () => {
    for (const one of all(":checked[id]", steps[here])) one.checked = one.selected = false;
    walk();
    move(1);
  };
  const choose = ({ target }) => {
    // "None of these" unticks the others, and a rank moves from the answer that had it.
    const { only, once } = target.dataset;
    for (const other of all(once ? `[value="${target.value}"]` : "[type=checkbox]", target.closest(".q, form")))
      if (target.checked && other !== target && (once || only || other.dataset.only)) other.checked = false;
    walk();
    count();
  };

  // "Listen" reads a question and its answers aloud, with a voice of the device itself: no text leaves it.
  const speech = window.speechSynthesis;
  const hush = () => {
    speech?.cancel();
    spoken = spoken?.setAttribute("aria-pressed", false);
  };
  const fits = (lang) => data.voices.split(" ").some((code) => `${lang.replace("_", "-")}-`.startsWith(`${code}-`));
  const pick = () => speech?.getVoices().find((voice) => voice.localService && fits(voice.lang));
  const offer = () => {
    if (!form || find(".hear") || !pick()) return;
    const button = `<button type="button" class="quiet hear" aria-pressed="false">${data.hear}</button>`;
    for (const one of all(".q:not(:has(audio)) > legend")) one.insertAdjacentHTML("afterend", button);
  };
  const read = (button) => {
    const voice = button !== spoken && pick();
    hush();
    if (!voice) return;
    spoken = button;
    button.setAttribute("aria-pressed", true);
    for (const piece of all("legend, .hint, .ends span, label", button.closest(".q"))) {
      const said = new SpeechSynthesisUtterance(piece.lastChild.textContent);
      speech.speak(Object.assign(said, { voice, onend: () => speech.pending || hush() }));
    }
  };

  // Where script can seal, no server sees an answer: it leaves the page padded, and sealed to the second holder.
  const hex = (one) => [...new Uint8Array(one)].map((one) => one.toString(16).padStart(2, 0)).join(""),
    raw = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt()),
    isOpen = ([name]) => name[0] === "_";
  const seal = async (sent) => {
    const { box, key } = data, plain = new Uint8Array(4096), isIn = (one) => /^([^_]|_ag)/.test(one[0]);
    const text = bytes(new URLSearchParams(sent.filter(isIn)));
    plain.set([text.length >> 8, text.length & 255, ...text], 2);
    const sealed = btoa(String.fromCharCode(...(await sealTo(raw(key), plain, "commontrust inner", box))));
    return [...sent.filter(isOpen), ["_box", box], ["_sealed", sealed.replace(/[+/]/g, (one) => (one > "+" ? "_" : "-"))]];
  };
  // A letter names the second holder by fingerprint; a phone without Ed25519 compares that alone.
  const isVouched = async ({ holder, signed, key }) =>
    hex(await subtle.digest(hash, raw(holder))).startsWith(pin) &&
    load(raw(holder), "Ed25519", "verify")
      .then((own) => subtle.verify("Ed25519", own, raw(signed), join("commontrust key\0second\0", raw(key))))
      .catch(() => true);
  const pack = (sent) =>
    !data.key || sent.every(isOpen) ? sent
    : wish !== "send" ? sent.filter(isOpen)
    : seal(sent).catch(() => sent);

  // The answers live in this page alone until a page of ours comes back; a login page of a hotspot is not one.
  // A busy network is asked for a little work: to find the number whose derivation is the task.
  const work = async (task) => {
    const { _number, _work } = form.elements, key = await load(bytes(_number.value), "PBKDF2", "deriveBits");
    for (let n = 0, found = ""; n < 999 && found !== task; n++) {
      const how = { name: "PBKDF2", hash, salt: bytes(n), iterations: 1000 };
      found = hex(await subtle.deriveBits(how, key, 64));
      _work.value = n;
    }
  };
  const post = async (asked) => {
    try {
      form.elements._pace.value ||= Math.min(3, Math.ceil(performance.now() / all(".q", form).filter(done).length / 1e3));
      const body = new URLSearchParams(await pack([...new FormData(form)])), isSealed = body.has("_sealed");
      if (asked) body.set("_asked", 1);
      body.set("_do", wish);
      // Everything that this page sends has one length.
      body.delete("_fill");
      body.set("_fill", "0".repeat(6656 - `${body}`.length % 6656));
      const reply = await fetch(form.action, { method: "POST", body, credentials: "omit", redirect: "error", signal: AbortSignal.timeout?.(25000) });
      const text = await reply.text(), page = new DOMParser().parseFromString(text, "text/html");
      if (reply.status === 429 && !asked) {
        await work(text.slice(0, 16)).catch(() => {});
        return post(true);
      }
      if (reply.status === 409) Object.assign(data, JSON.parse(text));
      if (reply.status >= 500 || !page.body.dataset.screen) return;
      turn(page, isSealed && find("#problems", page));
      return 1;
    } catch {}
  };
  const send = async (what) => {
    wish = what;
    if (busy) return wake?.();
    if (pin && data.key && !(await isVouched(data))) return say(data.stop);
    busy = true;
    say(data.busy);
    for (let wait = 1; !(await post()); wait = Math.min(wait * 2, 30)) {
      say(data.line);
      await new Promise((go) => { wake = go; setTimeout(go, wait * 1e3); });
    }
    busy = wake = null;
  };
  // The server cannot repeat sealed answers: its errors come to this page, and another language gets them from here.
  // Answers about another agency than the one of the new page are dropped.
  const turn = (page, faults) => {
    const isOther = find("[name=_agency]", page)?.value !== form.elements._agency.value;
    if (faults && !isOther) {
      const link = find("a", faults);
      find("#problems")?.remove();
      form.prepend(faults);
      show(link ? stepOf(find(link.hash)) : here);
      return land(faults);
    }
    const kept = [...new FormData(form)].filter((one) => !isOpen(one) && !(isOther && find(`[data-rated] [name="${one[0]}"]`)));
    document.title = page.title;
    root.lang = page.documentElement.lang;
    root.dir = page.documentElement.dir;
    document.body.replaceWith(page.body);
    start(kept);
    land(find("#problems") || find(".step:not(.away) h2") || find("h1"));
  };

  // The secret of a printed QR code stands behind # so that no server, log or referrer ever sees it.
  const admit = () => {
    const secret = /^#([\w-]{20,64})(?:~(\w{32}))?$/.exec(location.hash), field = form && find("#code");
    if (!secret || !field) return;
    field.value = secret[1];
    pin = secret[2];
    history.replaceState(null, "", location.pathname + location.search);
  };
  const refill = ([name, value]) => {
    for (const one of all(`[name="${name}"]`, form))
      one.type.endsWith("t-one") ? (one.value = value) : (one.checked ||= one.value === value);
  };
  const start = (kept = []) => {
    form = find("#survey");
    if (!form) return;
    data = form.dataset;
    if (!subtle) delete data.key;
    kept.forEach(refill);
    rules = JSON.parse(find("#rules").textContent);
    steps = all(".step", form);
    admit();
    walk();
    offer();
    const first = find(".field-error");
    show(first ? stepOf(first) : +form.elements._at.value || 0);
  };

  const acts = { back: () => move(-1), next, send: () => send("send") };
  addEventListener("click", (event) => {
    const at = (query) => event.target.closest?.(query), button = at("button[value], #back, #next, #send, .hear");
    const place = at("#problems a") && find(at("#problems a").hash);
    if (!form || !(button || place || at("[data-skip]"))) return;
    event.preventDefault();
    if (at("[data-skip]")) skip();
    else if (at(".hear")) read(button);
    else if (button) (acts[button.id] || (() => send(button.value)))();
    else {
      show(stepOf(place));
      place.focus();
    }
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.id !== "code") return;
    event.preventDefault();
    next();
  });
  addEventListener("change", (event) => form?.contains(event.target) && choose(event));
  addEventListener("online", () => wake?.());
  addEventListener("hashchange", admit);
  speech?.addEventListener?.("voiceschanged", offer);
  root.classList.add("js");
  start();
})();
