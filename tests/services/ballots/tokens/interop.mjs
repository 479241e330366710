// Make blindrsa_ts.json: what @cloudflare/blindrsa-ts 0.4.4 (Apache-2.0) blinds, signs and finalizes, alone and together
// with the script of the resident's page. In a folder where the package is installed (Node 20 or newer):
//   node interop.mjs seal.js token.js > blindrsa_ts.json
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const at = createRequire(process.cwd() + "/").resolve("@cloudflare/blindrsa-ts");
const { RSABSSA } = await import(pathToFileURL(at));
const [seal, token] = process.argv.slice(2).map((name) => readFileSync(name, "utf-8"));
const ours = new Function(`${seal}\n${token}\nreturn blindly;`)();
const hex = (bytes) => Buffer.from(bytes).toString("hex");

const suite = RSABSSA.SHA384.PSS.Randomized();
const made = { modulusLength: 2048, publicExponent: Uint8Array.from([1, 0, 1]) };
const { privateKey, publicKey } = await suite.generateKey(made);
const modulus = Buffer.from((await crypto.subtle.exportKey("jwk", publicKey)).n, "base64url");

const prepared = suite.prepare(new TextEncoder().encode("a prepared message"));
const { blindedMsg, inv } = await suite.blind(publicKey, prepared);
const signed = await suite.blindSign(privateKey, blindedMsg);
const signature = await suite.finalize(publicKey, prepared, signed, inv);

const [message, finish] = await ours(new Uint8Array(modulus), prepared);
const finished = finish(await suite.blindSign(privateKey, message));
const isTheirs = Boolean(finished) && (await suite.verify(publicKey, finished, prepared));
const pkcs8 = await crypto.subtle.exportKey("pkcs8", privateKey);
console.log(JSON.stringify({
  source: "@cloudflare/blindrsa-ts 0.4.4 (Apache-2.0), by interop.mjs",
  private_key: hex(pkcs8), prepared: hex(prepared), blinded: hex(blindedMsg), inverse: hex(inv), signed: hex(signed),
  signature: hex(signature), signature_of_our_page: hex(finished), package_accepts_our_page: isTheirs,
}, null, 1));
