// A code buys a token that its server signs blindly (RFC 9474): the sealed answer holds the token, and nothing the code.
const draw = (size) => crypto.getRandomValues(new Uint8Array(size));
const sum = async (kind, ...parts) => new Uint8Array(await subtle.digest(kind, join(...parts)));
const blindly = (() => {
  const big = (of) => BigInt("0x" + hex(of)),
    fill = (number, size) => Uint8Array.from({ length: size }, (_, place) => Number((number >> BigInt(8 * (size - 1 - place))) & 255n)),
    hash384 = (...parts) => sum("SHA-384", ...parts);
  const raise = (base, n) => {
    let power = base;
    for (let squares = 16; squares--; ) power = (power * power) % n;
    return (power * base) % n;
  };
  const invert = (number, n) => {
    let a = number, b = n, u = 1n, v = 0n;
    while (b) [a, b, u, v] = [b, a % b, v, u - (a / b) * v];
    return a === 1n && ((u % n) + n) % n;
  };
  // EMSA-PSS of RFC 8017 for a modulus whose bits fill its bytes.
  const encode = async (text, size, salt) => {
    const hashed = await hash384(new Uint8Array(8), await hash384(text), salt), rest = size - 49 - salt.length;
    const block = join(new Uint8Array(rest - 1), [1], salt);
    for (let place = 0; place * 48 < block.length; place++)
      (await hash384(hashed, [0, 0, 0, place])).forEach((one, at) => (block[place * 48 + at] ^= one));
    block[0] &= 127;
    return join(block, hashed, [188]);
  };
  // Returns what to send, and a function that makes the signature of the reply, or nothing where another key signed.
  // Nothing at all for a key that no honest server makes: one of small primes shows which of them divide a text's number.
  return async (key, text, salt = draw(48), factor) => {
    const n = big(key), size = key.length, number = big(await encode(text, size, salt));
    if (key[0] < 128) return;
    // Drawn anew, because remainders of a modulus are not uniform.
    while (!(factor < n)) factor = big(draw(size));
    const both = invert(number * factor, n), inverse = both && (both * number) % n;
    if (!both) return;
    const finish = (signed) => {
      const signature = (big(signed) * inverse) % n;
      return raise(signature, n) === number && fill(signature, size);
    };
    return [fill((number * raise(factor, n)) % n, size), finish];
  };
})();
// The token is bought on a random screen of the first half, so that the code and the answer are sent minutes apart, and no
// one knows how many. They have no number, length or word in common. The server proves its key: its fingerprint is among
// those whose hash the page has.
const spend = (() => {
  const purchases = {};
  const ask = async (form, _code, _blinded) => {
    const reply = await ship(form.action, new URLSearchParams({ _do: "token", _pace: 3, _code, _blinded }));
    // Too many requests of this network.
    if (reply.status === 429) throw form.dataset.stop;
    return reply.json();
  };
  const bargain = async (own, form, code) => {
    if (!own.sent) {
      const { key, keys, agency } = await ask(form, code, ""), modulus = raw(key), all = raw(keys);
      const print = (await sum(hash, modulus)).slice(0, 16), prefix = draw(32);
      const isListed = url64(await sum(hash, all)) === form.dataset.tokens && modulus.length === 256 &&
        hex(all).match(/.{32}/g).includes(hex(print));
      const [blinded, finish] = (isListed && (await blindly(modulus, join(prefix, "commontrust token")))) || [];
      if ((own.fake = !blinded)) return;
      Object.assign(own, { agency, sent: url64(blinded), end: (made) => (made = finish(made)) && url64(join(print, prefix, made)) });
    }
    own.token = own.end(raw((await ask(form, code, own.sent)).signed));
  };
  // A line that is cut repeats the same blinded message, which is signed again.
  const plan = (code) => (purchases[code] ||= { id: hex(draw(16)), early: draw(1)[0] / 512 });
  const buy = (form, code) => {
    const own = plan(code);
    return own.trade ||= bargain(own, form, code).then(() => own, (error) => { own.trade = 0; throw error; });
  };
  const typed = (form) => form?.dataset.tokens && form.elements._code.value.trim();
  addEventListener("click", () => {
    const form = document.querySelector("#survey"), code = typed(form);
    // The first two screens are the start and the code; of the others, half.
    const screens = document.querySelectorAll(".step").length - 4;
    if (code && form.elements._at.value - 2 >= screens * plan(code).early) buy(form, code).catch(() => {});
  });
  return async (form, sent, seal) => {
    const code = typed(form);
    if (!code) return seal(sent);
    const { fake, token, agency, id } = await buy(form, code);
    if (fake) return (document.querySelector("#said").textContent = form.dataset.stop), new Promise(() => {});
    // Without a token the code is sent alone, and the server says on the page what is wrong with it.
    if (!token || agency !== form.elements._agency.value) return [...sent.filter(([name]) => name[0] === "_"), ["_refused", 1]];
    // The code, and the number of the page, stay out.
    return seal([...sent.filter(([name]) => !/^_[cn]/.test(name)), ["_number", id], ["~", token]]);
  };
})();
