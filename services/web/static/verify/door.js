// Checks a code at the door in steps D1 to D6 (protocol, section 9): which officers, which site, fixed when.

import { hex, join, lp, number, same, textOrder, utf8 } from "./bytes.js";
import { EVENT, eventHash } from "./changes.js";
import { SUITES, sha256 } from "./digest.js";
import { decode } from "./door_code.js";
import { verifies } from "./ed25519.js";
import { Fault, Unreadable } from "./fault.js";
import { jcs, parse } from "./json.js";
import { SECOND, moment } from "./moments.js";
import { cosigned } from "./notes.js";
import { climb, leafHash } from "./tree.js";
import { FAULTS, fault } from "./words.js";

/** One sentence a step. */
export const DOOR_STEPS = {
  D1: ["核验码完整", "The code is whole"],
  D2: ["证件号、污染源与名次合成任务叶，并导出结果的根", "Certificates, site and rank make the leaf, which leads to the result's root"],
  D3: ["结果已登记在公开日志，并导出日志的根", "The result is in the public log, which leads to the log's root"],
  D4: ["日志的根有受信任的日志签名", "A trusted log signed that root"],
  D5: ["有足够的见证人签字", "Enough witnesses signed it"],
  D6: ["抽取后的变更均已登记，并得出现在的人员", "Every change is logged and gives the present team"],
};

Object.assign(FAULTS, {
  BadCode: ["核验码无法读取，请重新扫描（{what}）", "The code cannot be read; scan it again ({what})"],
  CodeFalse: ["核验码与公开日志所签的不符（{what}）", "The code is not what the public log signed ({what})"],
  OtherLog: ["签名属于另一个日志，不是本页信任的日志", "Signed by another log, not the one this page trusts"],
});

const forged = (what) => {
  throw new Fault("CodeFalse", { what });
};

/** RFC 3339 in UTC, as the log writes it. */
const written = (seconds) => {
  const date = new Date(seconds * 1000), text = Number.isNaN(date.getTime()) ? "" : date.toISOString();
  return text.length === 24 ? text.replace(".000Z", "Z") : forged("time");
};

const leaf = (one) => {
  const { code, suite } = one;
  one.names = new Map(code.people.map((person) => {
    if (person.oid !== undefined) return [person.oid, person];
    const oid = suite.hash(join(lp("rd1/oid"), person.salt, lp(person.certificate)));
    return [`o-${hex(oid).slice(0, 16)}`, person];
  }));
  const oids = [...one.names.keys()];
  if (oids.length !== code.people.length || code.rank >= 2 ** 32) forged("D2");
  one.team = code.team.map((place) => oids[place]).sort(textOrder);
  [one.uid, one.first] = [code.uid, new Set(one.team)];
  const who = [lp(code.uid), lp(code.stratum), number(code.rank, 4), code.ticket, lp(one.team.join(","))];
  const data = join(lp("rd1/result"), code.m, code.salt, ...who);
  one.z = climb(suite.hash, leafHash(suite.hash, data), code.index, code.leaves, code.path) || forged("D2");
  return hex(one.z);
};

const rootOf = ({ code }, { index, at, proof }, entry) => {
  const data = jcs({ ...entry, at: written(at), bureau: code.bureau, m: hex(code.m) });
  return climb(sha256, leafHash(sha256, data), index, code.size, proof) || forged("D3");
};

const eventOf = (raw) => {
  const event = parse(raw);
  EVENT(event, "event");
  return same(jcs(event), raw) ? event : forged("D6"); // a key in another order, a blank
};

const entries = (one) => {
  const { code, suite } = one;
  one.root = rootOf(one, code.result, { t: "result", z: hex(one.z) });
  const others = code.beacon ? [rootOf(one, code.beacon, { t: "beacon", r: hex(code.beacon.r) })] : [];
  for (const line of code.events) {
    line.event = eventOf(line.raw);
    others.push(rootOf(one, line, { t: "event", h: hex(eventHash(suite, line.salt, line.event)) }));
  }
  if (!others.every((root) => same(root, one.root))) forged("D3");
  return hex(one.root);
};

const signature = (one) => {
  const { code, trust } = one, key = trust.logs.find((known) => same(known.id, code.key));
  if (!key) throw new Fault("OtherLog", { got: hex(code.key) });
  one.body = `${key.name}\n${code.size}\n${btoa(String.fromCharCode(...one.root))}\n`;
  if (!verifies(key.key, code.signature, utf8(one.body))) forged("D4");
  one.log = key.name;
  return key.name;
};

const witnesses = (one) => {
  const { code, trust, body } = one, names = new Set();
  for (const line of code.witnesses) {
    const key = trust.witnesses.find((known) => same(known.id, line.key));
    if (!key) continue;
    if (!verifies(key.key, line.signature, cosigned(body, line.time))) forged("D5");
    names.add(key.name);
    one.seenAt = Math.max(one.seenAt || 0, line.time);
  }
  one.seen = names.size;
  return [`${one.seen} / ${trust.need}`, one.seen >= trust.need];
};

const changes = (one) => {
  let last = -1;
  for (const { event, index, at } of one.code.events) {
    if (event.uid !== one.uid || one.cancelled || index <= last || moment(event.at) > BigInt(at) * SECOND) forged("D6");
    last = index;
    if (event.kind === "replace") [one.uid, one.team] = [event.by_uid, event.team];
    else if (event.kind === "cancel") one.cancelled = true;
    else {
      if (!one.team.includes(event.oid) || one.team.includes(event.by_oid)) forged("D6");
      one.team = [...one.team.filter((oid) => oid !== event.oid), event.by_oid].sort(textOrder);
    }
  }
  const named = (oid) => one.names.has(oid) && one.names.get(oid).certificate;
  if (!one.team.every(named)) forged("D6");
  const shown = new Set([...one.team, ...one.first]);
  if (![...one.names.keys()].every((oid) => shown.has(oid))) forged("D6"); // nobody is named whom nothing proves
  return String(one.code.events.length);
};

const STEPS = { D2: leaf, D3: entries, D4: signature, D5: witnesses, D6: changes };

const step = (id, one, lang) => {
  try {
    const found = STEPS[id](one), [detail, enough = true] = Array.isArray(found) ? found : [found];
    return { id, status: enough ? "passed" : "not_checked", detail };
  } catch (error) {
    if (error instanceof Fault) return { id, status: "failed", detail: fault(error, lang) };
    throw error;
  }
};

/** The report on the bytes of a code, as `shuangsui verify-door --json` gives it. */
export const checkDoor = (bytes, trust, lang = "zh") => {
  const steps = [];
  const report = { genuine: false, steps, need: trust.need };
  let code;
  try {
    code = decode(bytes);
    if (!SUITES[code.suite]) throw new Unreadable("BadCode", { what: "suite" });
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    steps.push({ id: "D1", status: "failed", detail: fault(error, lang) });
    return report;
  }
  steps.push({ id: "D1", status: "passed", detail: `${bytes.length} bytes` });
  const one = { code, trust, suite: SUITES[code.suite] };
  for (const id of Object.keys(STEPS)) {
    const told = step(id, one, lang);
    steps.push(told);
    if (told.status === "failed") return report;
  }
  return Object.assign(report, {
    genuine: true, bureau: code.bureau, m: hex(code.m), uid: one.uid, drawn: code.uid, stratum: code.stratum,
    rank: code.rank, certificates: one.team.map((oid) => one.names.get(oid).certificate),
    fixed_at: written(code.result.at), beacon_at: code.beacon ? written(code.beacon.at) : "",
    seen: one.seen, changes: code.events.map(({ event }) => event), cancelled: Boolean(one.cancelled),
    log: one.log, size: code.size, simulated: one.log.includes("simulated"),
  });
};
