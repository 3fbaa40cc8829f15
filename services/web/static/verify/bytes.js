// Bytes and texts: the notation of the protocol.

const encoder = new TextEncoder();
const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, "0"));

/** UTF-8 bytes of a text. */
export const utf8 = (text) => encoder.encode(text);

/** Lower-case hex of bytes. */
export const hex = (bytes) => {
  let out = "";
  for (const byte of bytes) out += HEX[byte];
  return out;
};

/** Bytes of hex whose form was checked. */
export const unhex = (text) => {
  const out = new Uint8Array(text.length >> 1);
  for (let i = 0; i < out.length; i++) out[i] = parseInt(text.substr(2 * i, 2), 16);
  return out;
};

/** All parts in one array. */
export const join = (...parts) => {
  let size = 0;
  for (const part of parts) size += part.length;
  const out = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
};

/** Big-endian number of `size` bytes; values up to 2^53-1. */
export const number = (value, size) => {
  const out = new Uint8Array(size);
  for (let i = size - 1, rest = value; i >= 0; i--, rest = Math.floor(rest / 256)) out[i] = rest % 256;
  return out;
};

/** LP(x): two bytes of length, then the bytes. */
export const lp = (value) => {
  const raw = typeof value === "string" ? encoder.encode(value) : value;
  const out = new Uint8Array(raw.length + 2);
  out[0] = raw.length >> 8;
  out[1] = raw.length;
  out.set(raw, 2);
  return out;
};

/** True when two arrays hold the same bytes. */
export const same = (a, b) => {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
};

/** Order of bytes, for sorting. */
export const order = (a, b) => {
  const size = Math.min(a.length, b.length);
  for (let i = 0; i < size; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
};

/** Order of texts by their UTF-8 bytes; the language's own order differs beyond U+FFFF. */
export const textOrder = (a, b) => {
  const size = Math.min(a.length, b.length);
  for (let i = 0; i < size; i++) {
    const x = a.charCodeAt(i), y = b.charCodeAt(i);
    if (x !== y) {
      const high = (c) => (c >= 0xd800 && c <= 0xdfff ? c + 0x10000 : c);
      return high(x) - high(y);
    }
  }
  return a.length - b.length;
};

/** Bytes of padded standard base64 in its one canonical spelling; null for anything else. */
export const unbase64 = (text) => {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return null;
  const raw = atob(text);
  return btoa(raw) === text ? Uint8Array.from(raw, (c) => c.charCodeAt(0)) : null;
};
