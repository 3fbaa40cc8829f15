// Reading JSON strictly, and writing it canonically. The language's own reader takes the last of two equal
// keys and rounds large numbers; both would let one file mean two things.

import { utf8 } from "./bytes.js";
import { Unreadable, short } from "./fault.js";

/** A verification in a browser takes up to 24 MB; the command line takes more. */
export const MOST_BYTES = 24 * 1024 * 1024;
const MOST_PARTS = 4_000_000; // 24 MB of nothing but brackets would not fit in a phone's memory
const DEPTH = 33; // 32 levels below the bundle itself
const SAFE = Number.MAX_SAFE_INTEGER;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
const LONE = /[\ud800-\udfff]/u; // in this mode it matches halves without their other half only

class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
    this.parts = 0;
  }

  fail(what = this.text.slice(this.at, this.at + 20)) {
    throw new Unreadable("NotJson", { got: `${short(what)} @ ${this.at}` });
  }

  skip() {
    for (;;) {
      const c = this.text.charCodeAt(this.at);
      if (c !== 32 && c !== 10 && c !== 13 && c !== 9) return this.text[this.at];
      this.at++;
    }
  }

  /** The next character is taken if it is this one. */
  take(mark) {
    if (this.skip() !== mark) return false;
    this.at++;
    return true;
  }

  whole() {
    const value = this.value(1);
    if (this.skip() !== undefined) this.fail();
    return value;
  }

  value(depth) {
    if (depth > DEPTH) throw new Unreadable("TooDeep", { limit: 32 });
    if (++this.parts > MOST_PARTS) throw new Unreadable("TooManyParts", { limit: MOST_PARTS });
    const c = this.skip();
    if (c === '"') return this.string();
    if (c === "{") return this.object(depth);
    if (c === "[") return this.list(depth);
    for (const [word, value] of [["true", true], ["false", false], ["null", null]]) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    return this.number();
  }

  number() {
    NUMBER.lastIndex = this.at;
    const match = NUMBER.exec(this.text);
    if (!match) return this.fail();
    const [text, point, exponent] = match;
    const value = Number(text);
    if (point || exponent || text === "-0" || !(Math.abs(value) <= SAFE)) {
      throw new Unreadable("NotExact", { got: short(text) });
    }
    this.at += text.length;
    return value;
  }

  string() {
    const { text } = this, from = this.at;
    let plain = true;
    for (let at = from + 1; ; at++) {
      const c = text.charCodeAt(at);
      if (c === 34) {
        this.at = at + 1;
        return this.spelt(text.slice(from, at + 1), plain);
      }
      if (c === 92) at++;
      if (c === 92 || c > 126) plain = false;
      if (!(c >= 32)) this.fail();
    }
  }

  /** The text behind a quoted one; escapes are left to the language, which knows them all. */
  spelt(quoted, plain) {
    if (plain) return quoted.slice(1, -1);
    let value;
    try {
      value = JSON.parse(quoted);
    } catch (_) {
      this.fail(quoted);
    }
    if (LONE.test(value)) this.fail(quoted);
    return value;
  }

  list(depth) {
    const out = [];
    this.at++;
    if (this.take("]")) return out;
    do out.push(this.value(depth + 1));
    while (this.take(","));
    if (!this.take("]")) this.fail();
    return out;
  }

  object(depth) {
    const out = Object.create(null);
    this.at++;
    if (this.take("}")) return out;
    do {
      if (this.skip() !== '"') this.fail();
      const name = this.string();
      if (name in out) this.fail(name);
      if (!this.take(":")) this.fail();
      out[name] = this.value(depth + 1);
    } while (this.take(","));
    if (!this.take("}")) this.fail();
    return out;
  }
}

/** JSON values of bytes; objects have no prototype. Throws Unreadable. */
export const parse = (bytes, limit = MOST_BYTES) => {
  if (bytes.length > limit) throw new Unreadable("TooLarge", { got: bytes.length, limit });
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (_) {
    throw new Unreadable("NotJson", { got: "UTF-8" });
  }
  return new Reader(text).whole();
};

const canonical = (value) => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  // the language sorts texts by UTF-16 units, which is what RFC 8785 asks for
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
};

/** JCS (RFC 8785) of values read by `parse`: UTF-8 bytes. */
export const jcs = (value) => utf8(canonical(value));
