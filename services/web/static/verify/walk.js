// The seeded walk that mixes the teams (protocol, section 7).

import { join, lp, textOrder } from "./bytes.js";

/** Teams after perSlot * n * visits steps: Map from site, ascending, to sorted places. */
export const walk = (bench, started, perSlot) => {
  const uids = [...started.keys()].sort(textOrder), visits = uids.length;
  const teams = uids.map((uid) => [...started.get(uid)].sort((a, b) => a - b));
  const n = bench.size, ids = bench.ids.length, { caps } = bench, loads = bench.loads(teams);
  const message = join(lp("walk"), new Uint8Array(4)), view = new DataView(message.buffer);
  const exchanged = (team, out, into) => team.filter((i) => i !== out).concat(into).sort((a, b) => a - b);
  for (let step = 0; step < perSlot * n * visits; step++) {
    view.setUint32(message.length - 4, step);
    const mac = bench.mac(message);
    const r = (i) => ((mac[4 * i] << 24) | (mac[4 * i + 1] << 16) | (mac[4 * i + 2] << 8) | mac[4 * i + 3]) >>> 0;
    const u = r(1) % visits, a = teams[u][r(3) % n];
    if (r(0) & 1) {
      const v = r(2) % visits, b = teams[v][r(4) % n];
      if (u === v || teams[v].includes(a) || teams[u].includes(b)) continue; // the same officer, or one twice
      const one = exchanged(teams[u], a, b), two = exchanged(teams[v], b, a);
      if (bench.lawful(one, uids[u]) && bench.lawful(two, uids[v])) [teams[u], teams[v]] = [one, two];
    } else {
      const b = r(2) % ids;
      if (loads[b] !== loads[a] - 1 || loads[b] + 1 > caps[b] || teams[u].includes(b)) continue;
      const team = exchanged(teams[u], a, b);
      if (!bench.lawful(team, uids[u])) continue;
      teams[u] = team;
      loads[a]--;
      loads[b]++;
    }
  }
  return new Map(uids.map((uid, i) => [uid, teams[i]]));
};
