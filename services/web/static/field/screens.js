// The two lists: my tasks, and what waits to be sent.

import * as clock from "./clock.js";
import { asked, at, fill, made, on, show } from "./dom.js";
import { exported } from "./export.js";
import { flush } from "./queue.js";
import * as records from "./records.js";
import { idOf } from "./tasks.js";
import { word } from "./words.js";

const PAPER = { draft: "plain", waiting: "warn", sending: "warn", refused: "bad", done: "good" };
const dayOf = (task) => (task.visit_on ? task.visit_on.replaceAll("-", ".") : word("no-day"));
const tag = (state) => Object.assign(document.createElement("span"), { className: `tag ${PAPER[state]}`, textContent: word(`state-${state}`) });
const geo = ([lon, lat]) => `geo:${lat},${lon}?q=${lat},${lon}`; // no name: map apps send what they are given to their makers

const card = (task, row, today, asOf) => {
  const { site } = task, names = task.team.map((one) => one.name).join(word("and"));
  const box = fill(made("t-task"), {
    name: site.name, place: site.site_address || site.address, team: names, phone: [site.contact, site.phone].filter(Boolean).join(" "),
    day: task.visit_on === today ? word("today", { day: dayOf(task) }) : dayOf(task),
    returned: task.returned && word("returned", { note: task.returned.note }), declared: task.declared ? word("declared") : "",
    missing: task.missing ? word("partner-missing") : "",
    degrees: task.point && word("degrees", { lon: task.point.wgs84[0], lat: task.point.wgs84[1] }),
  });
  if (row) at(box, "state").append(tag(row.state));
  at(box, "record").href = `#/record/${idOf(task)}`;
  at(box, "record").textContent = word(row && row.state !== "done" ? "go-on" : "begin");
  at(box, "record").hidden = row?.state === "sending" || (row?.state === "done" && row.receipt.at >= asOf) || Boolean(task.declared);
  at(box, "drive").hidden = !task.point;
  if (task.point) {
    at(box, "map").href = geo(task.point.gcj02);
    at(box, "gps").href = geo(task.point.wgs84);
  }
  return box;
};

export const tasks = async (who, kept, download) => {
  const box = made("t-tasks"), rows = new Map((await records.mine(who)).map((row) => [row.id, row]));
  fill(box, { asof: kept && word("as-of", { at: clock.shown(kept.at) }), count: kept && word("count", { n: kept.tasks.length }) });
  at(box, "signin").hidden = Boolean(who);
  at(box, "none").hidden = !kept || kept.tasks.length > 0;
  at(box, "fetch").hidden = !who;
  at(box, "list").append(...(kept?.tasks ?? []).map((task) => card(task, rows.get(idOf(task)), clock.today(), Date.parse(kept.at))));
  on(box, { download });
  return show(box);
};

const line = async (who, row, again) => {
  const box = made("t-queued");
  let name = row.id;
  try { if (row.box) name = (await records.unlocked(who, row)).record.task.site.name; } catch { name = word("closed-box"); }
  const problem = row.problem && (row.problem.detail || row.problem.title || word("no-answer"));
  fill(box, {
    name, when: clock.shown(row.changed + clock.difference()), size: row.size ? word("size", { mb: (row.size / 1e6).toFixed(1) }) : "", problem,
    tries: row.state === "waiting" && row.tries ? word("tries", { n: row.tries }) : "",
    receipt: row.receipt ? word("receipt", { at: clock.shown(row.receipt.at), hash: row.receipt.sha256.slice(0, 12) }) : "",
    left: row.left ? word("left", { n: row.left }) : "",
  });
  at(box, "state").append(tag(row.state));
  const open = at(box, "open");
  open.href = `#/record/${row.id}`;
  open.hidden = !["draft", "refused", "waiting"].includes(row.state);
  at(box, "retry").hidden = !["waiting", "refused"].includes(row.state);
  at(box, "export").hidden = !row.box;
  return on(box, {
    retry: async () => { await records.mark(row.name, (there) => (there.box && there.state !== "sending" ? { state: "waiting", next: 0 } : undefined)); await flush(true); again(); },
    export: () => exported(who, row),
    delete: async () => { if (await asked(row.box ? "t-ask-delete" : "t-ask-clear", { name })) { await records.remove(row.name); again(); } },
  });
};

export const queue = async (who) => {
  const box = made("t-queue"), again = () => queue(who), rows = await records.mine(who), others = await records.others(who);
  const order = ["refused", "sending", "waiting", "draft", "done"];
  rows.sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || b.changed - a.changed);
  at(box, "none").hidden = rows.length > 0;
  fill(box, { others: others ? word("others", { n: others }) : "" });
  at(box, "list").append(...(await Promise.all(rows.map((row) => line(who, row, again)))));
  at(box, "all").hidden = !rows.some((row) => row.state === "waiting");
  on(box, { flush: async () => { await flush(true); again(); } });
  return show(box);
};
