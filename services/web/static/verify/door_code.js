// Reads the bytes of a code at the door (format: docs/verify.md). Anything spelt in a second way is refused.

import { hex, same } from "./bytes.js";
import { sha256 } from "./digest.js";
import { Unreadable } from "./fault.js";

const CHECK = 8;
const MOST = 8192;

const bad = (what) => {
  throw new Unreadable("BadCode", { what });
};

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
    this.used = 0; // hashes of the pool named so far: they stand in the order of their first use
  }

  take(size) {
    const part = this.bytes.subarray(this.at, this.at + size);
    if (part.length !== size) bad(`@ ${this.at}`);
    this.at += size;
    return part;
  }

  byte(most = 255) {
    const [value] = this.take(1);
    return value > most ? bad(`@ ${this.at}`) : value;
  }

  number() {
    let value = 0;
    for (let n = 0; n < 8; n++) {
      const byte = this.byte();
      value += (byte % 128) * 128 ** n;
      if (byte < 128) return (byte === 0 && n) || !Number.isSafeInteger(value) ? bad(`@ ${this.at}`) : value;
    }
    return bad(`@ ${this.at}`);
  }

  raw() {
    return this.take(this.number());
  }

  text() {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(this.raw());
    } catch (error) {
      return error instanceof Unreadable ? bad(error.facts.what) : bad(`@ ${this.at}`);
    }
  }

  list(item) {
    const count = this.number(), out = [];
    for (let i = 0; i < count; i++) out.push(item());
    return out;
  }

  path() {
    return [...this.take(this.byte())].map((place) => {
      if (place >= this.pool.length || place > this.used) bad(`@ ${this.at}`);
      if (place === this.used) this.used++;
      return this.pool[place];
    });
  }

  logged() {
    return { index: this.number(), at: this.number(), proof: this.path() };
  }
}

/** Bytes of a fragment: base64url without padding, in its one spelling. */
export const unfragment = (text) => {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) bad("base64url");
  const plain = text.replace(/-/g, "+").replace(/_/g, "/");
  const raw = atob(plain + "=".repeat((4 - (plain.length % 4)) % 4));
  if (btoa(raw).replace(/=+$/, "") !== plain) bad("base64url");
  return Uint8Array.from(raw, (c) => c.charCodeAt(0));
};

/** The parts of a code; throws Unreadable. */
export const decode = (bytes) => {
  if (bytes.length > MOST || bytes.length < CHECK) bad("checksum");
  const body = bytes.subarray(0, bytes.length - CHECK);
  if (!same(sha256(body).subarray(0, CHECK), bytes.subarray(body.length))) bad("checksum");
  const read = new Reader(body);
  if (read.byte() !== 1) bad("format");
  const code = { suite: read.byte() };
  const count = read.byte();
  read.pool = Array.from({ length: count }, () => read.take(32));
  if (new Set(read.pool.map(hex)).size !== count) bad("pool");
  Object.assign(code, { m: read.take(32), salt: read.take(16), uid: read.text(), stratum: read.text() });
  Object.assign(code, { rank: read.number(), ticket: read.take(32) });
  code.people = read.list(() => (read.byte(1) ? { certificate: read.text(), salt: read.take(16) } : { oid: read.text() }));
  if (code.people.some((one) => one.certificate === "")) bad("certificate");
  code.team = [...read.raw()];
  if (code.team.some((place) => place >= code.people.length)) bad("team");
  Object.assign(code, { index: read.number(), leaves: read.number(), path: read.path() });
  Object.assign(code, { key: read.take(4), size: read.number(), signature: read.take(64) });
  code.witnesses = read.list(() => ({ key: read.take(4), time: read.number(), signature: read.take(64) }));
  Object.assign(code, { bureau: read.text(), result: read.logged() });
  code.beacon = read.byte(1) ? { ...read.logged(), r: read.take(32) } : null;
  code.events = read.list(() => ({ salt: read.take(16), raw: read.raw(), ...read.logged() }));
  if (read.at !== body.length || read.used !== count) bad("spelling");
  return code;
};
