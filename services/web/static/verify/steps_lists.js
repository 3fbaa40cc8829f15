// V1 to V5: form, lists, numbers, commitments, the logged manifest.

import { hex, unhex } from "./bytes.js";
import { differs, entriesOf } from "./case.js";
import { commitment, listRoot } from "./draw.js";
import { Fault, NotChecked } from "./fault.js";
import { jcs } from "./json.js";
import { escrowHolds } from "./notes.js";

const FIRST = "0".repeat(64);

/** V1: the bundle has the protocol's fields and types, ids are ids, and lists ascend strictly. */
export const v1 = (one) => {
  if (one.fault) throw one.fault;
  return ["passed"];
};

/** V2: roster, officers and bans give the roots and sizes of the manifest. */
export const v2 = (one) => {
  const { manifest, suite, good } = one, key = unhex(one.member("list_key"));
  // Leaving one list out must not keep the others from being looked at.
  for (const [name, member] of Object.entries({ roster: "units", officers: "officers", bans: "bans" })) {
    if (!good[member]) continue;
    const { root, size } = listRoot(suite, key, name, good[member]), due = manifest[name];
    if (hex(root) !== due.root || size !== due.size) differs("RootDiffers", name, hex(root), due.root);
  }
  const [units, officers, bans] = ["units", "officers", "bans"].map((name) => one.member(name));
  return ["lists", { units: units.length, officers: officers.length, bans: bans.length }];
};

/** Smallest lawful number to take under a rule; exact, whatever the fraction. */
const least = ({ base, value }, size) => {
  if (base === "census") return size;
  if (base === "number") return Math.min(size, value);
  const [p, q] = value.split("/").map(BigInt), all = BigInt(size), up = (p * all + q - 1n) / q;
  return Number(up < all ? up : all);
};

const checkRules = ({ suite, manifest, good }) => {
  const { rules } = good;
  if (!rules) return;
  const got = hex(suite.hash(jcs(rules)));
  if (got !== manifest.rules) differs("RulesDiffer", "rules", got, manifest.rules);
  for (const { id, size, least: given } of manifest.strata) {
    if (!(id in rules)) throw new Fault("RuleMissing", { stratum: id });
    const due = least(rules[id], size);
    if (given !== due) differs("LeastDiffers", id, given, due);
  }
};

const checkSizes = (path, lines, found) => {
  const named = new Map(lines);
  for (const name of new Set([...named.keys(), ...found.keys()])) {
    const got = named.get(name) || 0, due = found.get(name) || 0;
    if (got !== due) differs("SizeDiffers", `${path} ${name}`, got, due);
  }
};

const checkCandidates = ({ team, crews, min_candidates: min }, units, officers, bans) => {
  const few = (got, what, needed) => {
    if (got < needed) throw new Fault("TooFew", { got, what, needed });
  };
  few(min, "min_candidates", team);
  const able = new Map(officers.filter((row) => row[2] > 0).map(([oid, lead]) => [oid, lead]));
  const leads = [...able.values()].filter(Boolean).length;
  if (crews) {
    few(leads, "crews: lead", crews);
    few(able.size, "crews", crews * team);
  }
  const banned = new Map();
  for (const [oid, uid] of bans) {
    if (!able.has(oid)) continue;
    const [all, lead] = banned.get(uid) || [0, 0];
    banned.set(uid, [all + 1, lead + able.get(oid)]);
  }
  for (const [uid, stratum] of units) {
    if (stratum.startsWith("-")) continue;
    const [all, lead] = banned.get(uid) || [0, 0];
    few(able.size - all, uid, min);
    few(leads - lead, `${uid}: lead`, 1);
    if (crews) few(crews - 1 - all, `${uid}: crews`, 0);
  }
};

/** V3: sizes match the lists, least ≤ take ≤ size, the rules yield `least`, candidates suffice. */
export const v3 = (one) => {
  const { manifest } = one;
  for (const { id, least: low, take, size } of manifest.strata) {
    if (!(low <= take && take <= size)) differs("TakeOutOfRange", id, take, `${low} – ${size}`);
  }
  checkRules(one);
  const strata = new Map(), excluded = new Map();
  for (const [, stratum] of one.member("units")) {
    const out = stratum.startsWith("-"), into = out ? excluded : strata, name = out ? stratum.slice(1) : stratum;
    into.set(name, (into.get(name) || 0) + 1);
  }
  checkSizes("strata", manifest.strata.map(({ id, size }) => [id, size]), strata);
  checkSizes("excluded", manifest.excluded.map(({ reason, size }) => [reason, size]), excluded);
  checkCandidates(manifest, one.member("units"), one.member("officers"), one.member("bans"));
  one.member("rules");
  return ["passed"];
};

const checkCommits = ({ suite, manifest: { bureau, draw_no: drawNo, commits } }, keys) => {
  if (keys.length !== commits.length) throw new Fault("RoleMissing", { got: keys.length });
  commits.forEach(({ role, c }, i) => {
    if (hex(commitment(suite, bureau, drawNo, role, keys[i])) !== c) throw new Fault("KeyDiffers", { role });
  });
};

/** V4: platform and bureau committed, keys open the commitments, the escrow is logged and signed. */
export const v4 = (one) => {
  const roles = one.manifest.commits.map(({ role }) => role);
  if (new Set(roles).size !== roles.length || !roles.includes("platform") || !roles.includes("bureau")) {
    throw new Fault("RoleMissing", { got: roles.join(", ") });
  }
  if ("keys" in one.good) checkCommits(one, one.keys);
  one.logged();
  const escrows = one.mine("escrow", one.before);
  if (!escrows.length) {
    one.preEmpted();
    throw new Fault("NotLogged", { what: "log.before: escrow" });
  }
  if (!one.trust) throw new NotChecked("no_trust");
  if (!escrows.some(({ entry: { by, sig } }) => escrowHolds(one.trust, by, sig, one.m))) {
    throw new Fault("EscrowFalse", { got: escrows[0].entry.by });
  }
  one.member("keys");
  return ["passed"];
};

const previous = (one, { draw_no: drawNo, prev, bureau }, index) => {
  const all = entriesOf(one.log, "manifest");
  const found = all.find(({ entry }) => entry.h === prev && entry.bureau === bureau);
  if (!found) throw new Fault("NotLogged", { what: `log: manifest ${drawNo - 1}` });
  if (found.entry.draw_no !== drawNo - 1) differs("LogDiffers", "log: draw_no", found.entry.draw_no, drawNo - 1);
  if (found.index >= index) differs("LogDiffers", "log: index", found.index, `< ${index}`);
};

/** V5: M is the logged manifest, and draw_no and prev continue the bureau's chain. */
export const v5 = (one) => {
  const { manifest, m } = one;
  one.published("manifest", m);
  if ((manifest.draw_no === 1) !== (manifest.prev === FIRST)) {
    differs("LogDiffers", "manifest.prev", manifest.prev, `draw_no 1 ⇔ ${FIRST}`);
  }
  one.logged();
  const found = one.mine("manifest");
  if (!found.length) throw new Fault("NotLogged", { what: "log: manifest" });
  for (const { entry } of found) {
    for (const name of ["subject", "item", "kind", "period", "draw_no", "prev"]) {
      if (entry[name] !== manifest[name]) differs("LogDiffers", `log: manifest.${name}`, entry[name], manifest[name]);
    }
  }
  if (manifest.draw_no > 1) previous(one, manifest, found[0].index);
  return ["root", { root: hex(m) }];
};
