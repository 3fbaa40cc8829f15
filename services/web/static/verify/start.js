// Start of the teams: random priority with repair, level by level (protocol, section 7). A slot is
// visit * n + role, so that ascending slots are "visit order, then role order".

import { Fault } from "./fault.js";

const MOST_LOOKS = 100_000_000;

class Search {
  constructor(bench, visits) {
    this.bench = bench;
    this.n = bench.size;
    this.candidates = visits.map((uid) => bench.candidates(uid));
    this.holder = new Array(visits.length * this.n).fill(-1);
    this.held = bench.ids.map(() => new Map()); // by officer: visit -> slot
    this.largest = bench.caps.reduce((most, cap) => Math.max(most, cap), 0);
    this.looks = 0;
  }

  open(level) {
    const extra = Math.max(0, level - this.largest);
    this.room = this.bench.caps.map((cap) => (cap > 0 ? Math.min(cap, level) + extra : 0));
    // what a failed search reached leads nowhere for the rest of the level
    this.deadSlots = new Set();
    this.deadOfficers = new Set();
  }

  /** Fill a slot by the shortest chain, if there is one. */
  fill(slot) {
    const parent = new Map([[slot, -1]]), officers = new Set();
    for (const here of parent.keys()) { // a Map goes on to the slots that join while it is walked
      const found = this.look(here, parent, officers);
      if (found >= 0) return this.shift(here, found, parent);
    }
    for (const one of parent.keys()) this.deadSlots.add(one);
    for (const one of officers) this.deadOfficers.add(one);
    return false;
  }

  /** The officer with room who ends the chain at a slot, or -1 and more slots in the queue. */
  look(here, parent, officers) {
    const visit = Math.floor(here / this.n), lead = here % this.n === 0, own = this.holder[here];
    const join = (slot) => {
      if (!parent.has(slot) && !this.deadSlots.has(slot)) parent.set(slot, here);
    };
    this.looks += this.candidates[visit].length;
    if (this.looks > MOST_LOOKS) throw new Fault("TooMuchWork", { path: "looks", got: this.looks, limit: MOST_LOOKS });
    for (const who of this.candidates[visit]) {
      if (who === own || (lead && !this.bench.leads[who])) continue;
      const theirs = this.held[who];
      if (theirs.has(visit)) {
        join(theirs.get(visit));
      } else if (theirs.size < this.room[who]) {
        return who;
      } else if (!officers.has(who) && !this.deadOfficers.has(who)) {
        officers.add(who);
        [...theirs.values()].sort((a, b) => a - b).forEach(join);
      }
    }
    return -1;
  }

  /** The last slot gets the officer; each earlier one gets whom its successor gave up. */
  shift(last, officer, parent) {
    const chain = [];
    for (let slot = last, who = officer; slot >= 0; ) {
      chain.push([slot, who]);
      const out = this.holder[slot];
      if (out >= 0) this.held[out].delete(Math.floor(slot / this.n));
      [slot, who] = [parent.get(slot), out];
    }
    for (const [slot, who] of chain) {
      this.holder[slot] = who;
      this.held[who].set(Math.floor(slot / this.n), slot);
    }
    return true;
  }

  /** The next level that can change anything; 0 when a slot can never be filled. */
  after(level) {
    if (!this.deadOfficers.size) return 0;
    const stuck = [...this.deadOfficers].every((who) => this.bench.caps[who] <= level);
    return level < this.largest && stuck ? this.largest + 1 : level + 1;
  }
}

/** Teams before the walk, in role order: Map from site to places. */
export const start = (bench, uids) => {
  const visits = bench.visitOrder(uids), search = new Search(bench, visits), n = bench.size;
  let waiting = search.holder.map((_, slot) => slot);
  for (let level = 1; waiting.length; level = search.after(level)) {
    if (!level) throw new Fault("NoLawfulTeam", { uid: visits[Math.floor(waiting[0] / n)] });
    search.open(level);
    waiting = waiting.filter((slot) => !search.fill(slot));
  }
  return new Map(visits.map((uid, i) => [uid, search.holder.slice(i * n, i * n + n)]));
};
