// SHA-256, SM3 and their HMAC, synchronous: a draw makes tens of thousands of tiny MACs, and one promise
// for each would cost more than the hashing. Basis: FIPS 180-4, GB/T 32905-2016, RFC 2104.

import { SHA256_K, SHA256_START } from "./constants.js";

const w = new Int32Array(68);

const load = (bytes, at) => {
  for (let i = 0; i < 16; i++, at += 4) {
    w[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  }
};

const turn = (x, n) => (x << n) | (x >>> (32 - n));

const sha256Block = (state, bytes, at) => {
  load(bytes, at);
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15], y = w[i - 2];
    const s0 = turn(x, 25) ^ turn(x, 14) ^ (x >>> 3), s1 = turn(y, 15) ^ turn(y, 13) ^ (y >>> 10);
    w[i] = w[i - 16] + s0 + w[i - 7] + s1;
  }
  let a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
  for (let i = 0; i < 64; i++) {
    const t1 = (h + (turn(e, 26) ^ turn(e, 21) ^ turn(e, 7)) + ((e & f) ^ (~e & g)) + SHA256_K[i] + w[i]) | 0;
    const t2 = (turn(a, 30) ^ turn(a, 19) ^ turn(a, 10)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g; g = f; f = e; e = (d + t1) | 0;
    d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d;
  state[4] += e; state[5] += f; state[6] += g; state[7] += h;
};

const p1 = (x) => x ^ turn(x, 15) ^ turn(x, 23);
const SM3_T = Int32Array.from({ length: 64 }, (_, i) => {
  const t = i < 16 ? 0x79cc4519 : 0x7a879d8a;
  return i % 32 ? turn(t, i % 32) : t;
});

const sm3Block = (state, bytes, at) => {
  load(bytes, at);
  for (let i = 16; i < 68; i++) {
    w[i] = p1(w[i - 16] ^ w[i - 9] ^ turn(w[i - 3], 15)) ^ turn(w[i - 13], 7) ^ w[i - 6];
  }
  let a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
  for (let i = 0; i < 64; i++) {
    const top = turn(a, 12), ss1 = turn((top + e + SM3_T[i]) | 0, 7);
    const ff = i < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
    const gg = i < 16 ? e ^ f ^ g : (e & f) | (~e & g);
    const tt1 = (ff + d + (ss1 ^ top) + (w[i] ^ w[i + 4])) | 0, tt2 = (gg + h + ss1 + w[i]) | 0;
    d = c; c = turn(b, 9); b = a; a = tt1;
    h = g; g = turn(f, 19); f = e; e = tt2 ^ turn(tt2, 9) ^ turn(tt2, 17);
  }
  state[0] ^= a; state[1] ^= b; state[2] ^= c; state[3] ^= d;
  state[4] ^= e; state[5] ^= f; state[6] ^= g; state[7] ^= h;
};

// one for all: nothing here waits, so no two hashes are under way at once
const tail = new Uint8Array(128);
const state = new Int32Array(8);

/** Digest of `data` from a state that has taken in `before` bytes already (a multiple of 64). */
const finish = (block, start, before, data) => {
  state.set(start);
  const whole = data.length - (data.length % 64);
  for (let at = 0; at < whole; at += 64) block(state, data, at);
  const rest = data.length - whole, size = rest < 56 ? 64 : 128;
  tail.fill(0);
  tail.set(data.subarray(whole));
  tail[rest] = 0x80;
  let bits = (before + data.length) * 8;
  for (let i = size - 1; bits; i--, bits = Math.floor(bits / 256)) tail[i] = bits % 256;
  for (let at = 0; at < size; at += 64) block(state, tail, at);
  const out = new Uint8Array(32);
  for (let i = 0; i < 8; i++) {
    out[4 * i] = state[i] >>> 24;
    out[4 * i + 1] = state[i] >>> 16;
    out[4 * i + 2] = state[i] >>> 8;
    out[4 * i + 3] = state[i];
  }
  return out;
};

const suite = (block, start) => {
  const hash = (data) => finish(block, start, 0, data);
  const keyed = (key) => {
    const padded = new Uint8Array(64);
    padded.set(key.length > 64 ? hash(key) : key);
    const [inner, outer] = [0x36, 0x5c].map((mask) => {
      const begun = new Int32Array(start);
      block(begun, padded.map((byte) => byte ^ mask), 0);
      return begun;
    });
    return (data) => finish(block, outer, 64, finish(block, inner, 64, data));
  };
  return { hash, keyed, mac: (key, data) => keyed(key)(data) };
};

const SM3_START = Int32Array.of(
  0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e,
);

/** By the manifest's number: {hash(data), keyed(key)(data), mac(key, data)}, 32 bytes each. */
export const SUITES = { 1: suite(sha256Block, SHA256_START), 2: suite(sm3Block, SM3_START) };

/** SHA-256; the public log uses it whatever the suite. */
export const sha256 = SUITES[1].hash;
