// The draw, recomputed (protocol, sections 1, 3, 5, 6, 8).

import { join, lp, number, order, textOrder, utf8 } from "./bytes.js";
import { leafHash, rootOf } from "./tree.js";

/** salted(tag, body): 16 bytes of a MAC with the list key, then the body. */
const salted = (mac, tag, body) => join(mac(join(lp(tag), body)).subarray(0, 16), body);

const LEAVES = {
  roster: ["unit", ([uid, stratum]) => join(lp(uid), lp(stratum))],
  officers: ["officer", ([oid, lead, cap]) => join(lp(oid), number(lead, 1), number(cap, 4))],
  bans: ["ban", ([oid, uid]) => join(lp(oid), lp(uid))],
};

/** {root, size} of one frozen list: roster, officers or bans. */
export const listRoot = (suite, listKey, name, rows) => {
  const [tag, body] = LEAVES[name], mac = suite.keyed(listKey), head = lp(`rd1/${tag}`);
  const hashes = rows.map((row) => leafHash(suite.hash, join(head, salted(mac, tag, body(row)))));
  return { root: rootOf(suite.hash, hashes), size: rows.length };
};

/** c of a role's key. */
export const commitment = (suite, bureau, drawNo, role, key) =>
  suite.hash(join(lp("rd1/commit"), lp(bureau), number(drawNo, 8), lp(role), key));

/** PRK and the three keyed MACs that follow from it. */
export const seed = (suite, keys, m, r) => {
  const prk = suite.mac(join(...keys), join(lp("rd1/prk"), m, r)), derive = suite.keyed(prk);
  const of = (use) => suite.keyed(derive(utf8(`rd1/${use}`)));
  return { prk, ticket: of("ticket"), assign: of("assign"), salt: of("salt") };
};

/** {order: Map stratum -> sites by ticket, picks: drawn sites by uid as {uid, stratum, rank, ticket}}. */
export const rank = (mac, strata, units) => {
  const rows = new Map(strata.map(({ id }) => [id, []])), picks = [], ranked = new Map();
  for (const [uid, stratum] of units) {
    if (rows.has(stratum)) rows.get(stratum).push({ uid, stratum, ticket: mac(lp(uid)) });
  }
  for (const { id, take } of strata) {
    const row = rows.get(id).sort((a, b) => order(a.ticket, b.ticket) || textOrder(a.uid, b.uid));
    ranked.set(id, row.map(({ uid }) => uid));
    row.slice(0, take).forEach((pick, i) => picks.push({ ...pick, rank: i }));
  }
  return { order: ranked, picks: picks.sort((a, b) => textOrder(a.uid, b.uid)) };
};

/** Result leaves by leaf hash, as {uid, data, hash}, and their root Z. */
export const result = (suite, m, salt, picks, teams) => {
  const head = join(lp("rd1/result"), m);
  const leaves = picks.map(({ uid, stratum, rank: place, ticket }) => {
    const own = salt(lp(uid)).subarray(0, 16);
    const data = join(head, own, lp(uid), lp(stratum), number(place, 4), ticket, lp(teams.get(uid).join(",")));
    return { uid, data, hash: leafHash(suite.hash, data) };
  });
  leaves.sort((a, b) => order(a.hash, b.hash));
  return { leaves, root: rootOf(suite.hash, leaves.map((leaf) => leaf.hash)) };
};
