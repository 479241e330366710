// A code buys a token that its server signs blindly (RFC 9474): the sealed answer holds the token, and nothing the code.
const blindly = (() => {
  const big = (from) => BigInt("0x" + [...new Uint8Array(from)].map((one) => one.toString(16).padStart(2, 0)).join("")),
    fill = (number, size) => Uint8Array.from({ length: size }, (_, place) => Number((number >> BigInt(8 * (size - 1 - place))) & 255n)),
    draw = (size) => crypto.getRandomValues(new Uint8Array(size)),
    hash384 = async (...parts) => new Uint8Array(await subtle.digest("SHA-384", join(...parts)));
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
  return async (key, text, salt = draw(48), factor) => {
    const n = big(key), size = key.length, number = big(await encode(text, size, salt));
    let inverse;
    while (!(inverse = invert((factor ||= big(draw(size)) % n), n))) factor = 0n;
    const finish = (signed) => {
      const signature = (big(signed) * inverse) % n;
      return raise(signature, n) === number && fill(signature, size);
    };
    return [fill((number * raise(factor, n)) % n, size), finish];
  };
})();
