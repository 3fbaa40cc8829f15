// V1: the form of every member of a bundle (protocol, sections 2, 11, 12). Malformed members are set aside,
// so that the others can still be checked.

import { textOrder } from "./bytes.js";
import { EVENT } from "./changes.js";
import { Fault, Unreadable, short } from "./fault.js";
import * as forms from "./forms.js";
import { parseCheckpoint } from "./notes.js";

const { HEX32, fields, id, integer, listing, row, text } = forms;
const KIND = forms.choice("routine", "overlay", "audit");
const TREE = fields({ root: HEX32, size: integer() });
const MANIFEST = fields({
  v: forms.choice("rd1"), suite: integer(1, 2), bureau: id, subject: id, item: id, kind: KIND, period: id,
  draw_no: integer(1), prev: HEX32, rules: HEX32, frozen_at: forms.time, beacon_at: forms.time,
  reveal_by: forms.day, roster: TREE, officers: TREE, bans: TREE,
  strata: listing(fields({ id: forms.reason, size: integer(), least: integer(), take: integer(0, 2 ** 32 - 1) }), 1000),
  excluded: listing(fields({ reason: forms.reason, size: integer() }), 1000),
  team: integer(2, 64), crews: integer(0, 999), min_candidates: integer(1), walk_per_slot: integer(),
  beacon: forms.variants("kind", {
    drand: fields({ kind: text, chain: HEX32, round: integer(1) }),
    lottery: fields({ kind: text, sources: listing(fields({ name: id, issue: id }), 100) }),
    spoken: fields({ kind: text, digits: integer(1, 1000) }),
  }),
  commits: listing(fields({ role: forms.choice("platform", "bureau", "witness"), c: HEX32 }), 3),
});

const ENTRY_HEAD = { t: text, at: forms.utc, bureau: id };
const COUNTS = forms.table(integer());
const entry = (more) => fields({ ...ENTRY_HEAD, ...more });
/** Shape of a log entry. */
export const ENTRY = forms.variants("t", {
  manifest: entry({ h: HEX32, subject: id, item: id, kind: KIND, period: id, draw_no: integer(1), prev: HEX32 }),
  escrow: entry({ m: HEX32, by: text, sig: forms.base64(64) }),
  beacon: entry({ m: HEX32, r: HEX32 }),
  result: entry({ m: HEX32, z: HEX32 }),
  event: entry({ m: HEX32, h: HEX32 }),
  void: entry({ m: HEX32, reason: text }),
  open: entry({ m: HEX32 }),
  rules: entry({ h: HEX32 }),
  roster: entry({ h: HEX32, added: COUNTS, removed: COUNTS }),
  journal: entry({ h: HEX32 }),
});

const VIEW = {
  checkpoint: text,
  entries: listing(fields({ index: integer(), entry: ENTRY, proof: listing(HEX32, 64) }), 1_000_000),
};
const LOG = fields(VIEW, { before: fields(VIEW) });

/** Refuse work that nobody could check. */
export const bounded = (path, got, limit) => {
  if (got > limit) throw new Fault("TooMuchWork", { path, got, limit });
};

export const checkWork = (visits, officers, slots, perSlot) => {
  bounded("walk_per_slot × team × visits", perSlot * slots * visits, 10_000_000);
  bounded("officers × visits", officers * visits, 5_000_000);
};

const manifest = (value) => {
  MANIFEST(value, "manifest");
  forms.distinct("manifest.strata", value.strata.map((line) => line.id));
  forms.distinct("manifest.excluded", value.excluded.map((line) => line.reason));
  const visits = value.strata.reduce((sum, line) => sum + Math.min(line.take, line.size), 0);
  checkWork(visits, value.officers.size, value.crews ? 1 : value.team, value.walk_per_slot);
};

const BASES = { share: forms.share, census: forms.free, number: integer() };
const rule = (value, path) => {
  forms.object(value, path);
  forms.choice(...Object.keys(BASES))(value.base, `${path}.base`);
  BASES[value.base](value.value, `${path}.value`);
};

const label = (value, path) => {
  id(value, path);
  if (value === "-") id("", path); // a sign without a reason
};

const list = (shape, compare) => (value, path) => {
  listing(shape)(value, path);
  forms.ascending(path, value, compare);
};
const byFirst = (a, b) => textOrder(a[0], b[0]);

const log = (value, path) => {
  LOG(value, path);
  for (const [name, view] of [["log", value], ["log.before", value.before]]) {
    if (!view) continue;
    parseCheckpoint(view.checkpoint);
    const places = view.entries.map((one) => one.index).sort((a, b) => a - b);
    forms.ascending(`${name}.entries.index`, places, (a, b) => a - b);
  }
};

const MEMBERS = new Map(Object.entries({
  manifest,
  rules: forms.table(rule),
  list_key: HEX32,
  units: list(row(id, label), byFirst),
  officers: list(row(id, integer(0, 1), integer(0, 2 ** 32 - 1)), byFirst),
  bans: list(row(id, id), (a, b) => textOrder(a[0], b[0]) || textOrder(a[1], b[1])),
  keys: listing(HEX32, 100),
  beacon: forms.object, // its form depends on the rule: V6
  published: fields({ manifest: HEX32, beacon: HEX32, root: HEX32 }),
  events: listing(fields({ salt: forms.hex(16), event: EVENT })),
  log,
}));

/** Refuse a version or suite this program does not know. */
export const checkVersion = (bundle) => {
  const value = bundle && bundle.manifest, known = value !== null && typeof value === "object" && !Array.isArray(value);
  const got = !known ? value : value.v !== "rd1" ? value.v : value.suite;
  if (!known || value.v !== "rd1" || (value.suite !== 1 && value.suite !== 2)) {
    throw new Unreadable("UnsupportedVersion", { got: short(got) });
  }
};

/** {good, malformed, fault}: well-formed members, names of the others, and the first thing wrong. */
export const sift = (bundle) => {
  const good = {}, malformed = new Set();
  let fault = null;
  for (const name of Object.keys(bundle)) {
    try {
      if (!MEMBERS.has(name)) throw new Fault("UnknownField", { path: "bundle", got: short(name) });
      MEMBERS.get(name)(bundle[name], name);
      good[name] = bundle[name];
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      fault = fault || error;
      if (MEMBERS.has(name)) malformed.add(name);
    }
  }
  return { good, malformed, fault };
};
