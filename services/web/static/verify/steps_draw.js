// V6 to V12: the beacon, the draw recomputed, and its changes.

import { hex, unhex } from "./bytes.js";
import { checkRule, roundTime, value } from "./beacon.js";
import { Bench } from "./bench.js";
import { differs } from "./case.js";
import { Standing, eventHash } from "./changes.js";
import { rank, result, seed } from "./draw.js";
import { Fault, NotChecked } from "./fault.js";
import { SECOND, moment } from "./moments.js";
import { witnessTimes } from "./notes.js";
import { checkWork } from "./shape.js";
import { start } from "./start.js";
import { walk } from "./walk.js";

const LATE = 15n * 60n * SECOND;
const late = (what, got, due) => {
  throw new Fault("LoggedLate", { what, got, due: [due, due] });
};

/** R, and whether a drand signature could be checked. */
const evidence = (one) => {
  const { manifest: { beacon: rule }, suite, good } = one;
  if (!("beacon" in good)) return;
  one.r = value(suite, rule, good.beacon);
  if (rule.kind === "drand" && one.bls && !one.bls(rule.round, good.beacon.signature)) throw new Fault("BeaconFalse");
  one.published("beacon", one.r);
};

const before = (one, limit) => {
  const due = `< ${one.manifest.beacon_at}`;
  const manifests = one.mine("manifest", one.before);
  if (!manifests.length) {
    one.preEmpted();
    throw new Fault("NotLogged", { what: "log.before: manifest" });
  }
  for (const { index, entry } of [manifests[0], ...one.mine("escrow", one.before).slice(0, 1)]) {
    if (moment(entry.at) >= limit) late(`log.before: ${entry.t} ${index}`, entry.at, due);
  }
  if (!one.trust) return;
  const early = witnessTimes(one.trust, one.before.checkpoint).filter((time) => time * SECOND < limit).length;
  if (early < one.trust.need) throw new Fault("TooFewWitnesses", { got: early, what: `log.before ${due}`, needed: one.trust.need });
};

const born = (one, limit) => {
  const found = one.mine("beacon");
  if (!found.length) {
    if (one.void && !one.mine("result").length) throw new NotChecked("void");
    throw new Fault("NotLogged", { what: "log: beacon" });
  }
  const { beacon: rule, beacon_at: due } = one.manifest, at = moment(found[0].entry.at);
  one.born = rule.kind === "drand" ? roundTime(rule.round) : at;
  for (const { entry } of found) {
    if (one.r && entry.r !== hex(one.r)) differs("LogDiffers", "log: beacon.r", entry.r, hex(one.r));
  }
  if (at < limit) late("log: beacon", found[0].entry.at, `≥ ${due}`);
};

/** V6: form, signature and rule hold; frozen, logged and witnessed before `beacon_at`, born after it. */
export const v6 = (one) => {
  const { manifest } = one, limit = moment(manifest.beacon_at);
  evidence(one);
  checkRule(manifest);
  if (moment(manifest.frozen_at) >= limit) late("frozen_at", manifest.frozen_at, `< ${manifest.beacon_at}`);
  one.logged();
  before(one, limit);
  born(one, limit);
  if (!one.trust) throw new NotChecked("no_trust");
  one.member("beacon");
  if (manifest.beacon.kind === "drand" && !one.bls) throw new NotChecked("no_bls");
  return ["root", { root: hex(one.r) }];
};

/** V7: the seed follows from the opened keys, M and R. */
export const v7 = (one) => {
  const { suite, m } = (one.manifest, one), { keys } = one;
  if (!one.r) {
    one.member("beacon");
    throw new NotChecked("needs", { what: "V6" });
  }
  one.seed = seed(suite, keys, m, one.r);
  return ["root", { root: hex(one.seed.prk) }];
};

const needs = (have, what) => {
  if (!have) throw new NotChecked("needs", { what });
};

/** V8: tickets and ranks follow from the seed. */
export const v8 = (one) => {
  const units = one.member("units");
  needs(one.seed, "V7");
  Object.assign(one, rank(one.seed.ticket, one.manifest.strata, units));
  return ["drawn", { visits: one.picks.length }];
};

/** V9: crews, if any, and the start of the teams follow from the seed. */
export const v9 = (one) => {
  const officers = one.member("officers"), bans = one.member("bans");
  needs(one.seed && one.picks, "V8");
  const { team, crews } = one.manifest, uids = one.picks.map(({ uid }) => uid);
  const bench = Bench.of(one.seed.assign, team, officers, bans);
  checkWork(uids.length, officers.length, team, 0);
  const dealt = crews ? bench.deal(crews) : [];
  if (!dealt) throw new Fault("TooFew", { what: "crews", needed: crews, got: officers.length });
  const on = dealt.length ? bench.ofCrews(dealt) : bench;
  one.pairing = { bench, on, crews: dealt, start: start(on, uids) };
  return ["drawn", { visits: uids.length }];
};

/** V10: the walk follows from the seed, and every team is lawful. */
export const v10 = (one) => {
  needs(one.pairing, "V9");
  const { bench, on, crews, start: started } = one.pairing, perSlot = one.manifest.walk_per_slot;
  checkWork(started.size, 0, on.size, perSlot);
  const teams = [...walk(on, started, perSlot)].map(([uid, team]) => {
    const members = crews.length ? [...crews[team[0]][1]].sort((a, b) => a - b) : team;
    if (!bench.lawful(members, uid)) throw new Fault("NoLawfulTeam", { uid });
    return [uid, members];
  });
  bench.loads(teams.map((pair) => pair[1])).forEach((load, i) => {
    if (load > bench.caps[i]) one.overCaps[bench.ids[i]] = load - bench.caps[i];
  });
  one.teams = new Map(teams.map(([uid, team]) => [uid, team.map((i) => bench.ids[i])]));
  return ["over", { visits: teams.length, over: Object.keys(one.overCaps).length }];
};

/** V11: Z is the published and the logged root, and is late or not. */
export const v11 = (one) => {
  const { suite, m } = (one.manifest, one);
  needs(one.teams, "V10");
  const made = result(suite, m, one.seed.salt, one.picks, one.teams), z = hex(made.root);
  one.leaves = made.leaves;
  one.published("root", made.root);
  one.logged();
  const found = one.mine("result");
  if (!found.length) {
    if (one.void) throw new NotChecked("void");
    throw new Fault("NotLogged", { what: "log: result" });
  }
  for (const { entry } of found) if (entry.z !== z) differs("LogDiffers", "log: result.z", entry.z, z);
  if (one.born !== undefined) one.late = moment(found[0].entry.at) - one.born > LATE;
  one.member("published");
  return [one.late ? "late" : "root", { root: z }];
};

const asLogged = (one, events) => {
  const entries = one.mine("event");
  if (entries.length !== events.length) differs("LogDiffers", "events", events.length, entries.length);
  events.forEach(({ salt, event }, i) => {
    const h = hex(eventHash(one.suite, unhex(salt), event)), { entry } = entries[i], name = `events ${i + 1}`;
    if (h !== entry.h) differs("LogDiffers", name, h, entry.h);
    if (moment(event.at) > moment(entry.at)) late(name, event.at, `≤ ${entry.at}`);
  });
};

/** V12: every event equals its log entry, in log order, and is the lawful next choice. */
export const v12 = (one) => {
  if (one.malformed.has("events")) one.member("events");
  const events = one.good.events || [];
  one.passedOver = events.some(({ event }) => event.passed_over && event.passed_over.length);
  if (one.log && one.m) asLogged(one, events);
  if (events.length) {
    needs(one.teams && one.pairing, "V10");
    const standing = new Standing(one.pairing.bench, one.order, one.picks, one.teams);
    events.forEach(({ event }, i) => standing.apply(event, i + 1));
  }
  one.logged();
  return (one.manifest, ["events", { events: events.length }]);
};
