// Changes after the draw: the next lawful choice, never a free one (protocol, section 10).

import { join, lp, textOrder } from "./bytes.js";
import { Fault, short } from "./fault.js";
import * as forms from "./forms.js";
import { jcs } from "./json.js";

const REASONS = ["closed_down", "moved_away", "duplicate", "cap_reached", "force_majeure"];
const HEAD = { kind: forms.text, uid: forms.id, reason: forms.text, at: forms.time, by: forms.row(forms.id, forms.id) };
const TEAM = forms.listing(forms.id, 1000);

/** Shape of an event. */
export const EVENT = forms.variants("kind", {
  replace: forms.fields({ ...HEAD, by_uid: forms.id, team: TEAM }),
  substitute: forms.fields({ ...HEAD, oid: forms.id, by_oid: forms.id, passed_over: TEAM }),
  cancel: forms.fields(HEAD),
});

/** h = H(LP("rd1/event") salt JCS(event)). */
export const eventHash = (suite, salt, event) => suite.hash(join(lp("rd1/event"), salt, jcs(event)));

/** Visits as they stand after the changes so far. `teams`: Map from site to sorted ids. */
export class Standing {
  constructor(bench, order, picks, teams) {
    this.bench = bench;
    this.order = order;
    this.place = new Map(bench.ids.map((oid, i) => [oid, i]));
    this.stratum = new Map(picks.map(({ uid, stratum }) => [uid, stratum]));
    this.next = new Map([...order.keys()].map((id) => [id, picks.filter((p) => p.stratum === id).length]));
    this.teams = new Map(picks.map(({ uid }) => [uid, teams.get(uid)]));
  }

  /** Throws a Fault unless the event is the lawful next choice; then lets it stand. */
  apply(event, number) {
    const expect = (path, got, due) => {
      if (JSON.stringify(got) !== JSON.stringify(due)) {
        throw new Fault("EventUnlawful", { place: number, path, got: short(got), due: [short(due), short(due)] });
      }
    };
    const { kind, uid, by, reason } = event;
    if (by[0] === by[1]) expect("by", by[0], "proposer ≠ approver");
    if (kind !== "substitute" && !REASONS.includes(reason)) expect("reason", reason, REASONS.join(", "));
    if (!this.teams.has(uid)) throw new Fault("NotDrawn", { uid });
    if (kind === "replace") this.replace(event, expect);
    else if (kind === "substitute") this.substitute(event, expect);
    else this.teams.delete(uid);
  }

  replace({ uid, by_uid: byUid, team }, expect) {
    const stratum = this.stratum.get(uid), due = this.order.get(stratum)[this.next.get(stratum)];
    if (due === undefined) throw new Fault("NoReserve", { stratum });
    expect("by_uid", byUid, due);
    const now = this.teams.get(uid);
    const fresh = this.lawful(now, due) ? now : this.fresh(due);
    expect("team", team, fresh);
    this.teams.delete(uid);
    this.next.set(stratum, this.next.get(stratum) + 1);
    this.stratum.set(due, stratum);
    this.teams.set(due, fresh);
  }

  /** The first lead of the site's candidate order and the first n - 1 others. */
  fresh(uid) {
    const { bench } = this, all = bench.candidates(uid), lead = all.find((i) => bench.leads[i]);
    if (lead === undefined || all.length < bench.size) throw new Fault("NoLawfulTeam", { uid });
    const team = [lead, ...all.filter((i) => i !== lead).slice(0, bench.size - 1)];
    return team.map((i) => bench.ids[i]).sort(textOrder);
  }

  substitute({ uid, oid, by_oid: byOid, passed_over: passed }, expect) {
    const team = this.teams.get(uid), rest = team.filter((one) => one !== oid);
    if (rest.length === team.length) throw new Fault("NotOnTeam", { uid, oid });
    const eligible = this.bench.candidates(uid).map((i) => this.bench.ids[i])
      .filter((one) => !team.includes(one) && this.lawful([...rest, one], uid));
    const at = eligible.indexOf(byOid);
    if (at < 0) expect("by_oid", byOid, eligible.slice(0, 3).join(", "));
    expect("passed_over", passed, eligible.slice(0, at));
    this.teams.set(uid, [...rest, byOid].sort(textOrder));
  }

  lawful(team, uid) {
    return this.bench.lawful(team.map((oid) => this.place.get(oid)), uid);
  }
}
