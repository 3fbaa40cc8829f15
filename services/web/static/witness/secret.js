// The secret of a witness or a drawer: 32 bytes and a signing key, made and kept by this browser, one a draw.
// Only the commitment and a copy sealed to the superior leave it before the beacon. Basis: rd1 §3.

import { hex, join, lp, number, utf8 } from "../verify/bytes.js";
import { SUITES } from "../verify/digest.js";

const STORE = "secrets";

const asked = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const within = async (mode, act) => {
  const opening = indexedDB.open("shuangsui-invited", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: "id" });
  const db = await asked(opening);
  try {
    const transaction = db.transaction(STORE, mode);
    const done = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
    const found = await asked(act(transaction.objectStore(STORE)));
    await done;
    return found;
  } finally {
    db.close();
  }
};

/** True when this browser can make and seal a secret: X25519 and Ed25519 of 2025 and later, secure context. */
export const able = async () => {
  if (!globalThis.isSecureContext || !globalThis.crypto?.subtle || !globalThis.indexedDB) return false;
  try {
    await crypto.subtle.generateKey("X25519", false, ["deriveBits"]);
    await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
    return true;
  } catch {
    return false;
  }
};

/** {id, key, pair, device} kept for a draw; undefined when this browser has none. */
export const kept = (id) => within("readonly", (store) => store.get(id));

/** The secret of a draw, made once: asked again, the same one comes back, so that a commitment stays true. */
export const made = async (id) => {
  const found = await kept(id);
  if (found) return found;
  const pair = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
  const device = hex(new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)));
  const record = { id, key: crypto.getRandomValues(new Uint8Array(32)), pair, device };
  await within("readwrite", (store) => store.add(record));
  await navigator.storage?.persist?.();
  return record;
};

/** c = H(LP("rd1/commit")‖LP(bureau)‖u64(draw)‖LP(role)‖K), in hex. */
export const commitment = (suite, bureau, draw, key, role = "witness") =>
  hex(SUITES[suite].hash(join(lp("rd1/commit"), lp(bureau), number(draw, 8), lp(role), key)));

/** K sealed to the superior's X25519 key, bound to draw and role; the form the superior's device opens. */
export const sealed = async (theirs, bureau, draw, key, role = "witness") => {
  const context = utf8(`rd1/escrow-copy/${bureau}/${draw}/${role}`);
  const pair = await crypto.subtle.generateKey("X25519", false, ["deriveBits"]);
  const mine = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const their = await crypto.subtle.importKey("raw", theirs, "X25519", false, []);
  const shared = await crypto.subtle.deriveBits({ name: "X25519", public: their }, pair.privateKey, 256);
  const base = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const info = join(utf8("shuangsui/seal/1"), mine, theirs, context);
  const aes = await crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info },
    base, { name: "AES-GCM", length: 256 }, false, ["encrypt"],
  );
  const iv = new Uint8Array(12); // the key is used once
  const closed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: context }, aes, key);
  return hex(join(Uint8Array.of(1), mine, new Uint8Array(closed)));
};

/** R of the digits called aloud, in hex. */
export const spoken = (suite, digits) => hex(SUITES[suite].hash(join(lp("rd1/spoken"), lp(digits))));

/** The device's signature over the minutes' fingerprint, base64. */
export const signed = async (record, h) => {
  const bytes = utf8(`shuangsui/minutes/1\n${h}`);
  const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", record.pair.privateKey, bytes));
  return btoa(String.fromCharCode(...signature));
};
