// One screen at a time, gentle checks, and sending again when the line drops. Every word comes from the page.
(() => {
  const root = document.documentElement;
  const seek = (query, top = document) => top.querySelector(query),
    list = (query, top = document) => [...top.querySelectorAll(query)];
  let form, data, rules, steps, here, warned, wish, busy, refusal, wake, spoken, pin, chosen = location.search, depth = 0, trail = [];

  const say = (words = "") => seek("#said").textContent = words;

  // Rules: ["D1",[1,2],1] is "at least 1 of the codes 1, 2 is ticked in D1"; all, any and not join them.
  // A list to choose from counts by its option; its empty one has no id.
  const ticked = (item, code) => seek(`#${item}-${code < 0 ? "m" + -code : code}:checked`);
  const holds = ({ 0: item, 1: codes, 2: least, all, any, not }) =>
    codes ? codes.filter((code) => ticked(item, code)).length >= least
    : all ? all.every(holds)
    : any ? any.some(holds)
    : !holds(not);
  const walk = () => {
    for (const id in rules) seek("#" + id)?.classList.toggle("off", !holds(rules[id]));
  };

  const asks = (step) => !seek(".q", step) || seek(".q:not(.off)", step);
  const path = () => steps.filter((step) => !step.closest(".off") && asks(step));
  const partOf = (one) => one.closest("section");
  const done = (one) => seek(":checked[id]", one);
  const show = (index, focus) => {
    here = index;
    const step = steps[here], chapter = partOf(step), parts = list(".part", form), n = parts.indexOf(chapter) + 1;
    form.elements._at.value = here;
    for (const one of list(".step, section", form)) one.classList.toggle("away", one !== step && one !== chapter);
    seek(".name").classList.toggle("vh", n);
    seek(".at").hidden = !n;
    Object.assign(seek("progress"), { max: steps.length - 1, value: here });
    seek("#part").textContent = data.part.replace("[n]", n).replace("[all]", parts.length);
    seek("#way").hidden = !here;
    seek("#send").hidden = !(seek("#next").hidden = here === steps.length - 1);
    seek("#kept").hidden = here || !done(form);
    say();
    hush();
    if (focus) land(seek("h2", chapter));
  };
  const land = (one) => {
    scrollTo({ top: 0, behavior: "instant" });
    one.focus({ preventScroll: true });
  };
  // A place on the page, such as a wrong code that came with the square, may be hidden.
  const reach = (place) => {
    place.closest(".off")?.classList.remove("off");
    show(steps.indexOf(place.closest(".step")));
  };

  // Each step forward is an entry of the history with nothing but its number, so that Back goes one screen back.
  const forward = (step) => {
    trail[depth] = here;
    history.pushState(++depth, "");
    show(steps.indexOf(step), true);
  };
  // A reload opens the language that was chosen last, whichever screen it is on.
  const address = () => chosen && history.replaceState(history.state, "", chosen);
  const travel = ({ state }) => {
    if (!form?.isConnected) return;
    address();
    trail[depth] = here;
    let at = trail[depth = state || 0] || 0;
    while (!path().includes(steps[at])) at--;
    show(at, true);
  };
  const move = (by) => {
    const open = path(), step = open[open.indexOf(steps[here]) + by];
    if (by > 0) forward(step);
    else depth ? history.back() : show(steps.indexOf(step), true);
  };

  // The last of the ten characters of a code makes its sum over GF(32) zero. The page alone checks it.
  const isCode = (typed) => {
    const digit = (one) => ((one.codePointAt() - (/[\u0966-\u0DFF]/.test(one) ? 6 : 0)) & 15) + "";
    const plain = typed.normalize("NFKC").toUpperCase().replace(/[\s\p{Pd}\p{Cf}._]/gu, "").replace(/\p{Nd}/gu, digit);
    let sum = 0;
    for (const one of plain) {
      const worth = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".indexOf({ O: 0, I: 1, L: 1, U: "V" }[one] ?? one);
      if (worth < 0) return;
      sum = (sum << 1) ^ (sum & 16 && 37) ^ worth;
    }
    return plain.length === 26 || (plain.length === 10 && !sum);
  };
  // A question may stay empty: the reminder comes once for each screen, and never in a sensitive part.
  const next = () => {
    const step = steps[here], entry = seek("#code", step), typed = entry?.value.trim();
    if (entry) {
      const isWrong = typed ? !isCode(typed) : entry.required;
      entry.setAttribute("aria-invalid", isWrong);
      if (isWrong) return say(typed ? data.typo : data.code), entry.focus();
    }
    // The page without an agency becomes the page of the one that the code decides.
    if (data.ask && seek("#code").value) return send(data.ask).then(() => data.ask || next());
    const blank = list(".q:not(.off)", step).filter((q) => !done(q));
    if (blank.length && warned !== step && !seek("[data-skip]", partOf(step))) {
      warned = step;
      blank[0].scrollIntoView({ block: "center" });
      seek("input, select", blank[0]).focus({ preventScroll: true });
      return say(data.empty);
    }
    move(1);
  };
  const skip = () => {
    const chapter = partOf(steps[here]);
    for (const one of list(":checked[id]", chapter)) one.checked = one.selected = false;
    walk();
    forward(path().find((step) => steps.indexOf(step) > here && partOf(step) !== chapter));
  };
  const choose = ({ target }) => {
    // "None of these" unticks the others, and a rank moves from the answer that had it.
    const { only, once } = target.dataset;
    for (const other of list(once ? `[value="${target.value}"]` : "[type=checkbox]", target.closest(".q, form")))
      if (target.checked && other !== target && (once || only || other.dataset.only)) other.checked = false;
    walk();
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
    if (!form || seek(".hear") || !pick()) return;
    const button = `<button type="button" class="quiet hear" aria-pressed="false">${data.hear}</button>`;
    for (const one of list(".q > legend")) seek("audio", one.parentNode) || one.insertAdjacentHTML("afterend", button);
  };
  const read = (button) => {
    const voice = button !== spoken && pick();
    hush();
    if (!voice) return;
    spoken = button;
    button.setAttribute("aria-pressed", true);
    for (const piece of list("legend, .hint, label", button.closest(".q"))) {
      const said = new SpeechSynthesisUtterance((seek(".n", piece) ? piece.lastChild : piece).textContent);
      speech.speak(Object.assign(said, { voice, onend: () => speech.pending || hush() }));
    }
  };

  // Where script can seal, no server sees an answer: it leaves the page padded, and sealed to the second holder.
  const isOpen = ([name]) => name[0] === "_";
  const seal = async (sent) => {
    const { box, key } = data, plain = new Uint8Array(4096), isIn = (one) => /^([^_]|_ag)/.test(one[0]);
    const text = bytes(new URLSearchParams(sent.filter(isIn)));
    plain.set([text.length >> 8, text.length & 255, ...text], 2);
    const sealed = url64(await sealTo(raw(key), plain, "commontrust inner", box));
    return [...sent.filter(isOpen), ["_box", box], ["_sealed", sealed]];
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
    : data.tokens ? spend(form, sent, seal)
    : seal(sent).catch(() => sent);

  // The answers live in this page alone until a page of ours comes back; a login page of a hotspot is not one.
  // A busy network is asked for a little work: to find the number whose derivation is the task.
  const work = async (task, number) => {
    const { _work } = form.elements, key = await load(bytes(number), "PBKDF2", "deriveBits");
    for (let n = 0, found = ""; n < 999 && found !== task; n++) {
      const how = { name: "PBKDF2", hash, salt: bytes(n), iterations: 1000 };
      found = hex(await subtle.deriveBits(how, key, 64));
      _work.value = n;
    }
  };
  const post = async (asked) => {
    refusal = 0;
    try {
      form.elements._pace.value ||= Math.min(3, Math.ceil(performance.now() / list(".q", form).filter(done).length / 1e3));
      const body = new URLSearchParams(await pack([...new FormData(form)])), isSealed = body.has("_sealed");
      if (asked) body.set("_asked", 1);
      body.set("_do", wish);
      const reply = await ship(form.action, body);
      const sheet = await reply.text(), page = new DOMParser().parseFromString(sheet, "text/html");
      if (reply.status === 429 && !asked) {
        await work(sheet.slice(0, 16), body.get("_number")).catch(() => {});
        return post(true);
      }
      if (reply.status === 409) Object.assign(data, JSON.parse(sheet));
      if (reply.status >= 500 || !page.body.dataset.screen) return;
      turn(page, isSealed && seek("#problems", page));
      return 1;
    } catch (words) {
      refusal = words === data.stop && words;
    }
  };
  const send = async (what) => {
    wish = what;
    if (busy) return wake?.();
    if (pin && data.key && !(await isVouched(data))) return say(data.stop);
    busy = true;
    say(data.busy);
    for (let wait = 1; !(await post()); wait = Math.min(wait * 2, 30)) {
      say(refusal || data.line);
      await new Promise((go) => { wake = go; setTimeout(go, wait * 1e3); });
    }
    busy = wake = null;
  };
  // The server cannot repeat sealed answers: its errors come to this page, and another language gets them from here.
  // Answers about another agency than the one of the new page are dropped.
  const turn = (page, faults) => {
    const isOther = seek("[name=_agency]", page)?.value !== form.elements._agency.value;
    if (faults && !isOther) {
      const link = seek("a", faults);
      seek("#problems")?.remove();
      form.prepend(faults);
      link && reach(seek(link.hash));
      return land(faults);
    }
    const kept = [...new FormData(form)].filter((one) => !isOpen(one) && !(isOther && seek(`[data-rated] [name="${one[0]}"]`)));
    document.title = page.title;
    root.lang = page.documentElement.lang;
    root.dir = page.documentElement.dir;
    document.body.replaceWith(page.body);
    start(kept);
    chosen = form && !form.elements._desk && "?lang=" + form.elements._lang.value;
    address();
    if (!form && depth) history.go(-depth);
    land(seek("#problems") || seek(".step:not(.away) h2") || seek("h1"));
  };

  // The secret of a printed QR code stands behind # so that no server, log or referrer ever sees it.
  const admit = () => {
    const secret = /^#([\w-]{20,64})(?:~(\w{32}))?$/.exec(location.hash), field = form && seek("#code");
    if (!field) return;
    if (secret) {
      field.value = secret[1];
      pin = secret[2];
      history.replaceState(history.state, "", location.pathname + location.search);
    }
    const isReady = field.value.length === 26;
    partOf(field).classList.toggle("off", isReady);
    seek("#ready").hidden = !isReady;
  };
  const refill = ([name, value]) => {
    for (const one of list(`[name="${name}"]`, form))
      one.type.endsWith("t-one") ? (one.value = value) : (one.checked ||= one.value === value);
  };
  const start = (kept = []) => {
    form = seek("#survey");
    if (!form) return;
    data = form.dataset;
    if (!subtle) delete data.key;
    kept.forEach(refill);
    rules = JSON.parse(seek("#rules").textContent);
    steps = list(".step", form);
    admit();
    walk();
    offer();
    const first = seek(".field-error");
    first ? reach(first) : show(Math.min(form.elements._at.value, steps.length - 1));
  };

  const acts = { back: () => move(-1), next, go: next, send: () => send("send"), none: () => (seek("#code").value = "", next()) };
  addEventListener("click", (event) => {
    const at = (query) => event.target.closest?.(query), button = at("[data-do], #back, #next, #go, #none, #send, .hear");
    const place = at("#problems a") && seek(at("#problems a").hash);
    if (!form || !(button || place || at("[data-skip]"))) return;
    event.preventDefault();
    if (at("[data-skip]")) skip();
    else if (at(".hear")) read(button);
    else if (button) (acts[button.id] || (() => send(button.dataset.do)))();
    else {
      reach(place);
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
  addEventListener("popstate", travel);
  // Going away by another way than "Leave quickly" loses the answers, so the browser asks first.
  addEventListener("beforeunload", (event) => form?.isConnected && done(form) && (event.returnValue = true));
  speech?.addEventListener?.("voiceschanged", offer);
  root.classList.add("js");
  start();
  // The screens of an earlier visit to this page are behind it.
  if (history.state) history.go(-history.state);
})();
