// A record as a file: sealed with a password, or plain after a warning. The file is made on the phone and goes nowhere.

import { bodyOf } from "./body.js";
import { asked, note } from "./dom.js";
import * as records from "./records.js";
import { sealFile } from "./vault.js";
import { word } from "./words.js";

const SHORTEST = 8;
const base64 = (buffer) => {
  let text = "";
  for (const byte of new Uint8Array(buffer)) text += String.fromCharCode(byte);
  return btoa(text);
};
const saved = (blob, name) => {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};

/** Everything of a record in one readable file: what would be sent, what it was made from, the files in Base64. */
export const plainOf = ({ record, files }) => ({
  format: "shuangsui-field-record/1", task: { bureau: record.task.bureau, draw_no: record.task.draw_no, slot: record.task.slot },
  key: record.key, clock: record.clock, body: bodyOf(record), fields: record.fields, present: record.present,
  files: record.files.map((one, n) => ({ ...one, base64: base64(files[n]) })),
});

export const exported = async (who, row) => {
  const given = {};
  if (!(await asked("t-ask-export", {}, given))) return;
  const found = await records.unlocked(who, row), name = row.id.replaceAll("/", "-");
  if (given.password && given.password.length < SHORTEST) { note(word("short-password", { n: SHORTEST })); return; }
  if (given.password) saved(await sealFile(given.password, { record: found.record }, found.files), `${name}.ssf`);
  else if (await asked("t-ask-plain")) saved(new Blob([JSON.stringify(plainOf(found), null, 1)], { type: "application/json" }), `${name}.json`);
};
