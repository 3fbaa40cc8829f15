// Who may visit what, in which order (protocol, section 7). Officers and crews go by their place in the list.

import { join, lp, order, textOrder } from "./bytes.js";

/** Sorted by the MAC of LP(label) and the parts; ties by id. */
const byMac = (mac, label, items, parts, tie) => {
  const head = lp(label);
  return items
    .map((item) => [mac(join(head, ...parts(item))), item])
    .sort((a, b) => order(a[0], b[0]) || tie(a[1], b[1]))
    .map((pair) => pair[1]);
};

export class Bench {
  /**
   * @param mac keyed with k_assign. @param size members of a team. @param ids in committed order.
   * @param leads, caps by place. @param banned Map from a site to a Set of places.
   */
  constructor(mac, size, ids, leads, caps, banned) {
    Object.assign(this, { mac, size, ids, leads, caps, banned });
    this.coded = ids.map(lp);
  }

  static of(mac, size, officers, bans) {
    const place = new Map(officers.map(([oid], i) => [oid, i])), banned = new Map();
    for (const [oid, uid] of bans) {
      if (!place.has(oid)) continue;
      if (!banned.has(uid)) banned.set(uid, new Set());
      banned.get(uid).add(place.get(oid));
    }
    const column = (n) => officers.map((row) => row[n]);
    return new Bench(mac, size, column(0), column(1).map(Boolean), column(2), banned);
  }

  may(who, uid) {
    const banned = this.banned.get(uid);
    return this.caps[who] > 0 && !(banned && banned.has(who));
  }

  /** Places with cap > 0, not banned for the site, by MAC(k_assign, LP("pri") LP(o) LP(u)). */
  candidates(uid) {
    const tail = lp(uid), able = [];
    for (let i = 0; i < this.ids.length; i++) if (this.may(i, uid)) able.push(i);
    return byMac(this.mac, "pri", able, (i) => [this.coded[i], tail], (a, b) => a - b);
  }

  /** n different officers with cap > 0, none banned for the site, one of them a lead. */
  lawful(team, uid) {
    return team.length === this.size && team.every((i, n) => this.may(i, uid) && team.indexOf(i) === n) &&
      team.some((i) => this.leads[i]);
  }

  visitOrder(uids) {
    return byMac(this.mac, "visit", uids, (uid) => [lp(uid)], textOrder);
  }

  loads(teams) {
    const loads = new Array(this.ids.length).fill(0);
    for (const team of teams) for (const i of team) loads[i]++;
    return loads;
  }

  /** k fixed crews as [name, places, lead first]; null when there are too few officers. */
  deal(count) {
    const able = this.ids.map((_, i) => i).filter((i) => this.caps[i] > 0);
    const deck = byMac(this.mac, "crew", able, (i) => [this.coded[i]], (a, b) => a - b);
    const leads = deck.filter((i) => this.leads[i]).slice(0, count), taken = new Set(leads);
    if (leads.length < count || deck.length < count * this.size) return null;
    const others = deck.filter((i) => !taken.has(i));
    return leads.map((lead, i) => {
      const team = [lead];
      for (let n = 0; n < this.size - 1; n++) team.push(others[i + n * count]);
      return [`c${String(i + 1).padStart(3, "0")}`, team];
    });
  }

  /** The bench of crews: n = 1, every crew may lead, smallest cap, banned where a member is. */
  ofCrews(crews) {
    const banned = new Map();
    for (const [uid, who] of this.banned) {
      const hit = crews.flatMap(([, team], i) => (team.some((o) => who.has(o)) ? [i] : []));
      banned.set(uid, new Set(hit));
    }
    const caps = crews.map(([, team]) => Math.min(...team.map((i) => this.caps[i])));
    return new Bench(this.mac, 1, crews.map(([name]) => name), crews.map(() => true), caps, banned);
  }
}
