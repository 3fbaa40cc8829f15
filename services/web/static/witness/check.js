// What a witness asks of a log before it signs: the log's own signature, and that the log only grew.
// Basis: RFC 9162 2.1.4.2; C2SP tlog-checkpoint, tlog-cosignature.

import { hex, join, number, same, unhex } from "../verify/bytes.js";
import { sha256 } from "../verify/digest.js";
import { checkLogSignature, cosigned, keyId, parseCheckpoint, parseVkey } from "../verify/notes.js";

const NODE = Uint8Array.of(1);
const LOG_KEY = 1, WITNESS_KEY = 4;
const half = (value) => Math.floor(value / 2); // sizes go beyond 32 bits: no bitwise operators

/** A reason not to sign; `code` is what the page has words for. */
export class Refusal extends Error {
  constructor(code, got = "") {
    super(`${code} ${got}`.trim());
    this.code = code;
    this.got = got;
  }
}

const node = (left, right) => sha256(join(NODE, left, right));

const isPowerOfTwo = (value) => {
  while (value > 1 && value % 2 === 0) value /= 2;
  return value === 1;
};

/** True when the proof shows that the tree of `old` leaves is a prefix of the one of `size`. */
export const isConsistent = (old, size, oldRoot, root, proof) => {
  if (old > size || old < 0) return false;
  if (old === 0) return proof.length === 0 && same(oldRoot, sha256(new Uint8Array(0)));
  if (old === size) return proof.length === 0 && same(oldRoot, root);
  const path = isPowerOfTwo(old) ? [oldRoot, ...proof] : [...proof];
  if (!path.length) return false;
  let first = old - 1, last = size - 1;
  while (first % 2) [first, last] = [half(first), half(last)];
  let before = path[0], after = path[0];
  for (const step of path.slice(1)) {
    if (last === 0) return false;
    if (first % 2 || first === last) {
      before = node(step, before);
      after = node(step, after);
      while (first % 2 === 0 && first) [first, last] = [half(first), half(last)];
    } else {
      after = node(after, step);
    }
    [first, last] = [half(first), half(last)];
  }
  return last === 0 && same(before, oldRoot) && same(after, root);
};

/**
 * The checkpoint, when it is this log's and continues what the witness signed last.
 * @param seen {log, size, root (hex)} of the last signature; null before the first.
 * @param proof steps in hex, from seen.size to the checkpoint's size.
 * Throws Refusal: notLog, keyChanged, badSignature, forked.
 */
export const mayBeSigned = (logVkey, note, seen, proof) => {
  const key = parseVkey(logVkey);
  if (!key || key.kind !== LOG_KEY) throw new Refusal("notLog", logVkey);
  if (seen && seen.log !== logVkey) throw new Refusal("keyChanged", logVkey);
  let head;
  try {
    head = parseCheckpoint(note);
    checkLogSignature({ logs: [key] }, head);
  } catch (error) {
    throw new Refusal("badSignature", String(error.message ?? error).slice(0, 120));
  }
  const [old, oldRoot] = seen ? [seen.size, unhex(seen.root)] : [0, sha256(new Uint8Array(0))];
  if (!isConsistent(old, head.size, oldRoot, head.root, proof.map(unhex))) {
    throw new Refusal("forked", `${old} → ${head.size}`);
  }
  return { size: head.size, root: hex(head.root), body: head.body, origin: head.origin };
};

/**
 * True when the log that signed calls itself simulated, so that its own clock may be the witness's. Only the
 * signed name tells: a real log whose server merely says so must not choose the moment of a signature.
 */
export const isSimulated = (head) => head.origin.includes("simulated");

const base64 = (bytes) => btoa(String.fromCharCode(...bytes));

/** The C2SP spelling name+id+base64 of a witness's public key. */
export const vkeyOf = (name, key) =>
  `${name}+${hex(keyId(name, WITNESS_KEY, key))}+${base64(join(Uint8Array.of(WITNESS_KEY), key))}`;

/** The note with the witness's line added; `sign` makes an Ed25519 signature of bytes. */
export const cosign = async (note, body, vkey, time, sign) => {
  const key = parseVkey(vkey);
  const signature = await sign(cosigned(body, time));
  const line = base64(join(key.id, number(time, 8), signature));
  return `${note}— ${key.name} ${line}\n`;
};

/** True for a name the log can list: no blank, no "+", not empty. */
export const isName = (name) => parseVkey(vkeyOf(name, new Uint8Array(32))) !== null;
