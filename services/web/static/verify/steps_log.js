// V13: the entries stand in a log that the trusted key signed and enough witnesses saw.

import { same, unhex } from "./bytes.js";
import { sha256 } from "./digest.js";
import { Fault, NotChecked, short } from "./fault.js";
import { jcs } from "./json.js";
import { moment } from "./moments.js";
import { checkLogSignature, witnessTimes } from "./notes.js";
import { climb, leafHash } from "./tree.js";

const twisted = (what, got) => {
  throw new Fault("LogTwisted", { what, got: short(got) });
};

const included = ({ path, checkpoint, entries }) => {
  for (const { index, entry, proof } of entries) {
    const root = climb(sha256, leafHash(sha256, jcs(entry)), index, checkpoint.size, proof.map(unhex));
    if (!root || !same(root, checkpoint.root)) throw new Fault("ProofFalse", { path: `${path}[${index}]`, got: entry.t });
  }
};

const text = (entry) => new TextDecoder().decode(jcs(entry));

/** The two views do not contradict each other. */
const oneLog = (log, before) => {
  const now = log.checkpoint, then = before.checkpoint;
  if (then.origin !== now.origin || then.size > now.size) {
    throw new Fault("BadNote", { got: `${then.origin} ${then.size} > ${now.origin} ${now.size}` });
  }
  if (then.size === now.size && !same(then.root, now.root)) twisted("root", now.size);
  const known = new Map(log.entries.map(({ index, entry }) => [index, text(entry)]));
  for (const { index, entry } of before.entries) {
    if (known.has(index) && known.get(index) !== text(entry)) twisted(`index ${index}`, index);
  }
};

/** Times and numbers hold; with the whole log at hand also one standing draw for a period. */
const sound = (views, size) => {
  const all = new Map();
  for (const { entries } of views) for (const { index, entry } of entries) all.set(index, entry);
  const rows = [...all].sort((a, b) => a[0] - b[0]), numbers = new Set();
  let latest = null;
  for (const [index, { t, at, bureau, draw_no: drawNo }] of rows) {
    const now = moment(at);
    if (latest !== null && now < latest) twisted(`log[${index}].at`, at);
    latest = now;
    const name = JSON.stringify([bureau, drawNo]);
    if (t === "manifest" && numbers.has(name)) twisted("draw_no", name);
    if (t === "manifest") numbers.add(name);
  }
  if (rows.length === size) standing(rows.map((pair) => pair[1]));
};

const standing = (entries) => {
  const gone = new Set(entries.filter(({ t }) => t === "void").map(({ m }) => m)), seen = new Set();
  for (const { t, h, bureau, subject, item, kind, period } of entries) {
    if (t !== "manifest" || gone.has(h)) continue;
    const name = JSON.stringify([bureau, subject, item, kind, period]);
    if (seen.has(name)) twisted("period", name);
    seen.add(name);
  }
};

const signed = ({ path, checkpoint }, trust) => {
  checkLogSignature(trust, checkpoint);
  const seen = witnessTimes(trust, checkpoint).length;
  if (seen < trust.need) throw new Fault("TooFewWitnesses", { got: seen, what: path, needed: trust.need });
  return seen;
};

/** V13: inclusion proofs, the log's signature and enough witnesses hold, for both checkpoints. */
export const v13 = (one) => {
  const views = [one.logged(), ...(one.before ? [one.before] : [])];
  views.forEach(included);
  if (one.before) oneLog(one.log, one.before);
  sound(views, one.log.checkpoint.size);
  if (!one.trust) throw new NotChecked("no_trust");
  const witnesses = Math.min(...views.map((view) => signed(view, one.trust)));
  return ["log", { size: one.log.checkpoint.size, witnesses }];
};
