// Checks codes at the door, one JSON request a line: {code (base64), trust, lang} -> the report.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [folder] = process.argv.slice(2);
const load = (name) => import(pathToFileURL(`${folder}/${name}`).href);
const { checkDoor } = await load("door.js");
const { parseTrust } = await load("notes.js");

for await (const line of createInterface({ input: process.stdin })) {
  const { code, trust, lang } = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(checkDoor(Uint8Array.from(Buffer.from(code, "base64")), parseTrust(trust), lang))}\n`);
}
