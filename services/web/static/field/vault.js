// What lies on the phone is encrypted with a key of the person: AES-256-GCM, the key cannot be exported by a script.
// A value and its files become one box: length of the head, head (JSON), files one after the other.

import * as db from "./db.js";

const text = new TextEncoder(), back = new TextDecoder();

const keyOf = async (owner) => {
  const known = await db.get("keys", owner);
  if (known) return known;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  return db.change("keys", owner, (there) => there ?? made); // two tabs at once keep one key
};

const packed = (value, files) => {
  const head = text.encode(JSON.stringify({ value, sizes: files.map((one) => one.byteLength) }));
  const all = new Uint8Array(4 + head.length + files.reduce((sum, one) => sum + one.byteLength, 0));
  new DataView(all.buffer).setUint32(0, head.length);
  all.set(head, 4);
  let at = 4 + head.length;
  for (const one of files) { all.set(new Uint8Array(one), at); at += one.byteLength; }
  return all;
};
const unpacked = (buffer) => {
  const size = new DataView(buffer).getUint32(0);
  const { value, sizes } = JSON.parse(back.decode(new Uint8Array(buffer, 4, size)));
  let at = 4 + size;
  return { value, files: sizes.map((one) => buffer.slice(at, (at += one))) };
};

/** Encrypts a value and its files (ArrayBuffers); the box opens only under the same name and person. */
export const lock = async (owner, name, value, files = []) => {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const how = { name: "AES-GCM", iv, additionalData: text.encode(`${owner}\n${name}`) };
  return { iv, box: await crypto.subtle.encrypt(how, await keyOf(owner), packed(value, files)) };
};
/** {value, files} of a box; throws when it is another person's or was changed. */
export const unlock = async (owner, name, { iv, box }) => {
  const how = { name: "AES-GCM", iv, additionalData: text.encode(`${owner}\n${name}`) };
  return unpacked(await crypto.subtle.decrypt(how, await keyOf(owner), box));
};
export const forget = (owner) => db.drop("keys", owner);

const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
export const sha256 = async (buffer) => hex(await crypto.subtle.digest("SHA-256", buffer));

const DERIVED = 310_000;
const passworded = async (password, salt) => {
  const base = await crypto.subtle.importKey("raw", text.encode(password), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: DERIVED };
  return crypto.subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
};
/** A file only the password opens: "SSF1", 16 bytes of salt, 12 of iv, the box. */
export const sealFile = async (password, value, files) => {
  const salt = crypto.getRandomValues(new Uint8Array(16)), iv = crypto.getRandomValues(new Uint8Array(12));
  const box = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await passworded(password, salt), packed(value, files));
  return new Blob([text.encode("SSF1"), salt, iv, box]);
};
export const openFile = async (password, buffer) => {
  const iv = new Uint8Array(buffer, 20, 12), key = await passworded(password, new Uint8Array(buffer, 4, 16));
  return unpacked(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, buffer.slice(32)));
};
