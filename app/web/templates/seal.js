// Seal a text to a public key as RFC 9180 says: base mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM.
const { subtle } = crypto, hash = "SHA-256";
const bytes = (text) => new TextEncoder().encode(text),
  join = (...parts) => Uint8Array.from(parts.flatMap((part) => [...(part.big ? bytes(part) : new Uint8Array(part))])),
  load = (key, how, ...uses) => subtle.importKey("raw", key, how, false, uses),
  hex = (one) => [...new Uint8Array(one)].map((one) => one.toString(16).padStart(2, 0)).join(""),
  raw = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt()),
  url64 = (one) => btoa(String.fromCharCode(...one)).replace(/[+/]/g, (one) => (one > "+" ? "_" : "-"));
// Everything that a page sends has one length.
const ship = (to, body) => {
  body.delete("_fill");
  body.set("_fill", "0".repeat(6656 - `${body}`.length % 6656));
  return fetch(to, { method: "POST", body, credentials: "omit", redirect: "error", signal: AbortSignal.timeout?.(25000) });
};
const sealTo = (() => {
  const curve = { name: "ECDH", namedCurve: "P-256" }, v1 = "HPKE-v1", none = [];
  const kem = join("KEM", [0, 16]), suite = join("HPKE", [0, 16, 0, 1, 0, 1]);
  // An empty salt is the same as 32 zeros, and WebCrypto refuses an empty key.
  const hmac = async (salt, ...parts) => {
    const key = await load(salt || new Uint8Array(32), { name: "HMAC", hash }, "sign");
    return subtle.sign("HMAC", key, join(...parts));
  };
  const draw = (salt, id, label, data) => hmac(salt, v1, id, label, data);
  const grow = async (size, key, id, ...rest) => (await hmac(key, [0, size], v1, id, ...rest, [1])).slice(0, size);
  return async (to, text, info, aad, pair) => {
    pair ||= await subtle.generateKey(curve, false, ["deriveBits"]);
    const enc = await subtle.exportKey("raw", pair.publicKey);
    const shared = await subtle.deriveBits({ ...curve, public: await load(to, curve) }, pair.privateKey, 256);
    const prk = await draw(0, kem, "eae_prk", shared);
    const secret = await draw(await grow(32, prk, kem, "shared_secret", enc, to), suite, "secret", none);
    const context = join([0], await draw(0, suite, "psk_id_hash", none), await draw(0, suite, "info_hash", info));
    const key = await load(await grow(16, secret, suite, "key", context), "AES-GCM", "encrypt");
    const iv = await grow(12, secret, suite, "base_nonce", context);
    return join(enc, await subtle.encrypt({ name: "AES-GCM", iv, additionalData: bytes(aad) }, key, text));
  };
})();
