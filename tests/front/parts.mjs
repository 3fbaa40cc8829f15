// Single parts of the verifier, one JSON request a line: {part, ...} -> the answer.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [folder] = process.argv.slice(2);
const load = (name) => import(pathToFileURL(`${folder}/${name}`).href);
const { hex } = await load("bytes.js");
const { SUITES } = await load("digest.js");
const { verifies, sha512 } = await load("ed25519.js");
const { jcs, parse } = await load("json.js");
const { isId } = await load("forms.js");
const { moment, isDay } = await load("moments.js");
const { SHA256_K } = await load("constants.js");

const raw = (text) => Uint8Array.from(Buffer.from(text, "base64"));
const parts = {
  hash: ({ suite, data }) => hex(SUITES[suite].hash(raw(data))),
  mac: ({ suite, key, data }) => hex(SUITES[suite].mac(raw(key), raw(data))),
  sha512: ({ data }) => hex(sha512(raw(data))),
  verifies: ({ key, signature, message }) => verifies(raw(key), raw(signature), raw(message)),
  jcs: ({ data }) => {
    try {
      return Buffer.from(jcs(parse(raw(data)))).toString("base64");
    } catch (error) {
      return { code: error.code };
    }
  },
  id: ({ text }) => isId(text),
  moment: ({ text }) => String(moment(text)),
  day: ({ text }) => isDay(text),
  constant: ({ index }) => SHA256_K[index] >>> 0,
};

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  process.stdout.write(`${JSON.stringify({ answer: parts[request.part](request) })}\n`);
}
