// What the steps of one verification share: the bundle, and what earlier steps recomputed.

import { hex, unhex } from "./bytes.js";
import { SUITES } from "./digest.js";
import { Fault, NotChecked } from "./fault.js";
import { jcs } from "./json.js";
import { parseCheckpoint } from "./notes.js";
import { sift } from "./shape.js";

const view = (path, part) => part && { path, checkpoint: parseCheckpoint(part.checkpoint), entries: part.entries };

export class Case {
  /** @param bundle as read. @param trust of `parseTrust` or null. @param bls (round, signature) -> bool, or null. */
  constructor(bundle, trust, bls) {
    Object.assign(this, { trust, bls }, sift(bundle));
    const { manifest, log } = this.good;
    if (manifest) {
      this.suite = SUITES[manifest.suite];
      this.m = this.suite.hash(jcs(manifest));
    }
    this.log = log ? view("log", log) : null;
    this.before = log && log.before ? view("log.before", log.before) : null;
    this.late = null;
    this.overCaps = {};
  }

  /** A member of the bundle; NotChecked when it is absent or malformed. */
  member(name) {
    if (name in this.good) return this.good[name];
    throw new NotChecked(this.malformed.has(name) ? "malformed" : "absent", { what: name });
  }

  /** The manifest, with suite and M known; NotChecked when it is malformed. */
  get manifest() {
    if (!this.m) throw new NotChecked("malformed", { what: "manifest" });
    return this.good.manifest;
  }

  /** K of every role. */
  get keys() {
    return this.member("keys").map(unhex);
  }

  /** The log part of the bundle; NotChecked when it is absent or malformed. */
  logged() {
    this.member("log");
    return this.log;
  }

  /** This draw's entries of a kind, by index, as {index, entry}. */
  mine(t, where = this.log) {
    if (!where || !this.m) return [];
    const m = hex(this.m), { bureau } = this.good.manifest;
    return entriesOf(where, t).filter(({ entry }) => entry.bureau === bureau && entry[t === "manifest" ? "h" : "m"] === m);
  }

  /** The draw's first void entry, or null. */
  get void() {
    const [first] = this.mine("void");
    return first ? first.entry : null;
  }

  /** A published value, when there is one, is the recomputed one. */
  published(name, value) {
    const got = this.good.published && this.good.published[name];
    if (got !== undefined && got !== hex(value)) differs("PublishedDiffers", `published.${name}`, got, hex(value));
  }

  /** A draw voided before its beacon need not have been escrowed or witnessed in time. */
  preEmpted() {
    if (this.void && !this.mine("beacon").length) throw new NotChecked("void");
  }
}

/** Entries of a kind in a view, by index. */
export const entriesOf = ({ entries }, t) =>
  entries.filter(({ entry }) => entry.t === t).sort((a, b) => a.index - b.index);

/** A value is not the one it should be. */
export const differs = (code, path, got, due) => {
  throw new Fault(code, { path, got, due: [due, due] });
};
