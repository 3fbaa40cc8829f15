// The witness's key: made and kept by this browser, private half not extractable, one a bureau.

const STORE = "keys";

const asked = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const opened = () => {
  const request = indexedDB.open("shuangsui-witness", 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" });
  return asked(request);
};

const within = async (mode, act) => {
  const db = await opened();
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

/** True when this browser can make Ed25519 keys: WebCrypto of 2025 and later, in a secure context. */
export const able = async () => {
  if (!globalThis.isSecureContext || !globalThis.crypto?.subtle || !globalThis.indexedDB) return false;
  try {
    const pair = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
    return pair.privateKey.extractable === false;
  } catch {
    return false;
  }
};

/** {id, name, vkey, pair, seen} kept for a bureau; undefined when there is none. */
export const kept = (id) => within("readonly", (store) => store.get(id));

/** A new key, kept before anyone hears of it; an existing one is never replaced. */
export const make = async (id, name, vkeyOf) => {
  const pair = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const record = { id, name, vkey: vkeyOf(name, raw), pair, seen: null };
  await within("readwrite", (store) => store.add(record));
  await navigator.storage?.persist?.();
  return record;
};

/** Remember what is about to be signed: a crash in between costs a signature, never a second history. */
export const remember = async (record, seen) => {
  record.seen = seen;
  await within("readwrite", (store) => store.put(record));
};

/** Signs bytes, and makes sure the signature is good before it goes anywhere. */
export const signer = (record) => async (bytes) => {
  const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", record.pair.privateKey, bytes));
  if (!(await crypto.subtle.verify("Ed25519", record.pair.publicKey, signature, bytes))) throw new Error("signature");
  return signature;
};
