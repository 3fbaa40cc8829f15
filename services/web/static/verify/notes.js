// Signed notes, checkpoints, cosignatures, trust files. Basis: C2SP signed-note, tlog-checkpoint, tlog-cosignature.

import { hex, join, lp, same, unbase64, utf8 } from "./bytes.js";
import { sha256 } from "./digest.js";
import { verifies } from "./ed25519.js";
import { Fault, Unreadable, short } from "./fault.js";

const LOG_KEY = 1;
const WITNESS_KEY = 4;

const isKeyName = (name) => name !== "" && !/[+\s\p{C}\p{Z}]/u.test(name);

/** Four bytes that bind a public key to its name and purpose. */
export const keyId = (name, kind, key) => sha256(join(utf8(name), Uint8Array.of(10, kind), key)).subarray(0, 4);

/** {name, kind, key, id} of name+id+base64; null when it is none, or its id is not the key's. */
export const parseVkey = (text) => {
  const match = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text);
  const raw = match && unbase64(match[3]);
  if (!raw || raw.length !== 33 || (raw[0] !== LOG_KEY && raw[0] !== WITNESS_KEY)) return null;
  const [name, kind, key] = [match[1], raw[0], raw.subarray(1)];
  const id = keyId(name, kind, key);
  return isKeyName(name) && hex(id) === match[2] ? { name, kind, key, id, text } : null;
};

/** {logs, witnesses, need} of a trust file; throws Unreadable. */
export const parseTrust = (text) => {
  const keys = { log: [], witness: [] }, needs = [];
  const lines = text.split(/\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/);
  if (lines.length > 1001) throw new Unreadable("BadTrust", { got: lines.length });
  lines.forEach((raw, i) => {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) return;
    const [, word, rest] = /^([^ ]*) ?([^]*)$/.exec(line);
    const key = word === "log" || word === "witness" ? parseVkey(rest) : null;
    if (word === "need" && /^[1-9][0-9]{0,3}$/.test(rest)) needs.push(Number(rest));
    else if (key && key.kind === (word === "log" ? LOG_KEY : WITNESS_KEY)) keys[word].push(key);
    else throw new Unreadable("BadTrust", { got: `${i + 1}: ${short(line)}` });
  });
  const known = new Set([...keys.log, ...keys.witness].map((key) => hex(key.key)));
  const twice = known.size !== keys.log.length + keys.witness.length;
  const need = needs.length === 1 ? needs[0] : 0;
  if (!keys.log.length || twice || need < 1 || need > keys.witness.length) {
    throw new Unreadable("BadTrust", { got: `log ${keys.log.length}, witness ${keys.witness.length}, need ${needs}` });
  }
  return { logs: keys.log, witnesses: keys.witness, need };
};

const badNote = (got) => {
  throw new Fault("BadNote", { got: short(got) });
};

const signatureLine = (line) => {
  const match = /^— ([^ ]+) ([A-Za-z0-9+/=]+)$/.exec(line);
  const raw = match && unbase64(match[2]);
  if (!raw || raw.length < 5 || !isKeyName(match[1])) badNote(line);
  return { name: match[1], id: raw.subarray(0, 4), body: raw.subarray(4) };
};

/** {origin, size, root, body, lines} of a checkpoint; no signature is checked yet. */
export const parseCheckpoint = (text) => {
  const cut = text.lastIndexOf("\n\n");
  if (text.length > 1_000_000 || /[\u0000-\u0009\u000b-\u001f]/.test(text) || cut < 0 || !text.endsWith("\n")) badNote(text);
  const tail = text.slice(cut + 2), body = text.slice(0, cut + 1);
  if (tail === "") badNote(text);
  const lines = tail.slice(0, -1).split("\n");
  if (lines.length > 100) badNote(lines.length);
  const signatures = lines.map(signatureLine);
  const rows = body.split("\n");
  const root = rows.length >= 4 ? unbase64(rows[2]) : null;
  if (!root || root.length !== 32 || rows.slice(0, -1).includes("") || !/^(0|[1-9][0-9]{0,15})$/.test(rows[1])) badNote(body);
  return { origin: rows[0], size: Number(rows[1]), root, body, signatures };
};

const linesOf = (key, checkpoint) =>
  checkpoint.signatures.filter((line) => line.name === key.name && same(line.id, key.id));

/** The log named as origin is trusted, and signed. */
export const checkLogSignature = (trust, checkpoint) => {
  let signed = false;
  for (const key of trust.logs.filter((one) => one.name === checkpoint.origin)) {
    for (const line of linesOf(key, checkpoint)) {
      if (!verifies(key.key, line.body, utf8(checkpoint.body))) throw new Fault("BadSignature", { name: key.name });
      signed = true;
    }
  }
  if (!signed) throw new Fault("BadSignature", { name: checkpoint.origin });
};

/** What a witness signs: the time, then the body of the checkpoint. */
export const cosigned = (body, time) => utf8(`cosignature/v1\ntime ${time}\n${body}`);

/** Seconds since 1970 (BigInt), one for each trusted witness that cosigned: its earliest line. */
export const witnessTimes = (trust, checkpoint) => {
  const times = [];
  for (const key of trust.witnesses) {
    let earliest = null;
    for (const { body } of linesOf(key, checkpoint)) {
      const view = new DataView(body.buffer, body.byteOffset, body.length);
      const time = body.length === 72 ? view.getBigUint64(0) : null;
      if (time === null || !verifies(key.key, body.subarray(8), cosigned(checkpoint.body, time))) {
        throw new Fault("BadSignature", { name: key.name });
      }
      if (earliest === null || time < earliest) earliest = time;
    }
    if (earliest !== null) times.push(earliest);
  }
  return times;
};

/** The superior's attestation is signed by a trusted witness of that name. */
export const escrowHolds = (trust, by, signature, m) =>
  trust.witnesses.some((key) => key.name === by && verifies(key.key, unbase64(signature), join(lp("rd1/escrow"), m)));
