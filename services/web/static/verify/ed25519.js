// Ed25519 verification (RFC 8032) in whole numbers of the language. Browsers' own is missing before 2025 and
// in many web views; a bundle has about ten signatures, a task three, at a few milliseconds each.
// Only public values pass here, so that nothing has to take constant time.

import { SHA512_K, SHA512_START } from "./constants.js";
import { join, same } from "./bytes.js";

const word = (value) => BigInt.asUintN(64, value);
const turn = (x, n) => word((x >> n) | (x << (64n - n)));

/** SHA-512 of short messages. */
export const sha512 = (data) => {
  const size = Math.ceil((data.length + 17) / 128) * 128;
  const padded = new Uint8Array(size);
  padded.set(data);
  padded[data.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(size - 4, data.length * 8);
  let state = SHA512_START;
  for (let at = 0; at < size; at += 128) {
    const w = [];
    for (let i = 0; i < 80; i++) {
      if (i < 16) {
        w.push(view.getBigUint64(at + 8 * i));
        continue;
      }
      const x = w[i - 15], y = w[i - 2];
      const s0 = turn(x, 1n) ^ turn(x, 8n) ^ (x >> 7n), s1 = turn(y, 19n) ^ turn(y, 61n) ^ (y >> 6n);
      w.push(word(w[i - 16] + s0 + w[i - 7] + s1));
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 80; i++) {
      const t1 = h + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + ((e & f) ^ (word(~e) & g)) + SHA512_K[i] + w[i];
      const t2 = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
      [a, b, c, d, e, f, g, h] = [word(t1 + t2), a, b, c, word(d + t1), e, f, g];
    }
    state = [a, b, c, d, e, f, g, h].map((value, i) => word(value + state[i]));
  }
  const out = new DataView(new ArrayBuffer(64));
  state.forEach((value, i) => out.setBigUint64(8 * i, value));
  return new Uint8Array(out.buffer);
};

const P = (1n << 255n) - 19n;
const ORDER = (1n << 252n) + 27742317777372353535851937790883648493n;
const mod = (a, m = P) => ((a % m) + m) % m;
const power = (base, exponent) => {
  let out = 1n;
  for (let b = mod(base), e = exponent; e > 0n; b = (b * b) % P, e >>= 1n) if (e & 1n) out = (out * b) % P;
  return out;
};
const D = mod(-121665n * power(121666n, P - 2n));
const ROOT = power(2n, (P - 1n) / 4n); // a square root of -1

const little = (bytes) => {
  let out = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) out = (out << 8n) | BigInt(bytes[i]);
  return out;
};

/** The x of a point with this y and parity; null when there is none. */
const recover = (y, odd) => {
  const u = mod(y * y - 1n), v = mod(D * y * y + 1n);
  let x = mod(u * power(v, 3n) * power(u * power(v, 7n), (P - 5n) / 8n));
  const back = mod(v * x * x);
  if (back === mod(-u)) x = mod(x * ROOT);
  else if (back !== u) return null;
  if (x === 0n && odd) return null;
  return (x & 1n) === odd ? x : P - x;
};

/** Extended coordinates (X, Y, Z, T) of an encoded point; null when it is none. */
const decode = (bytes) => {
  const value = little(bytes), y = BigInt.asUintN(255, value);
  if (y >= P) return null;
  const x = recover(y, value >> 255n);
  return x === null ? null : [x, y, 1n, mod(x * y)];
};

const add = ([x1, y1, z1, t1], [x2, y2, z2, t2]) => {
  const a = mod((y1 - x1) * (y2 - x2)), b = mod((y1 + x1) * (y2 + x2));
  const c = mod(2n * D * t1 * t2), d = mod(2n * z1 * z2);
  const e = b - a, f = d - c, g = d + c, h = b + a;
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
};

const ZERO = [0n, 1n, 1n, 0n];
const BASE = (() => {
  const y = mod(4n * power(5n, P - 2n)), x = recover(y, 0n);
  return [x, y, 1n, mod(x * y)];
})();

const encode = ([x, y, z]) => {
  const inverse = power(z, P - 2n), odd = mod(x * inverse) & 1n;
  let value = mod(y * inverse) | (odd << 255n);
  const out = new Uint8Array(32);
  for (let i = 0; i < 32; i++, value >>= 8n) out[i] = Number(value & 255n);
  return out;
};

/** True when the 64-byte signature is this key's (32 bytes) over the message. */
export const verifies = (key, signature, message) => {
  if (signature.length !== 64 || key.length !== 32) return false;
  const point = decode(key), s = little(signature.subarray(32));
  if (point === null || s >= ORDER) return false;
  const r = signature.subarray(0, 32);
  const k = little(sha512(join(r, key, message))) % ORDER;
  const minus = [mod(-point[0]), point[1], 1n, mod(-point[3])];
  const table = [null, BASE, minus, add(BASE, minus)];
  let sum = ZERO;
  for (let bit = 252n; bit >= 0n; bit--) {
    sum = add(sum, sum);
    const pick = table[Number((s >> bit) & 1n) | (Number((k >> bit) & 1n) << 1)];
    if (pick) sum = add(sum, pick);
  }
  return same(encode(sum), r);
};
