// One record, step by step. Every change is kept at once; no answer is chosen beforehand.

import { away, bodyOf, missing, outside, present, stepsOf } from "./body.js";
import * as clock from "./clock.js";
import * as device from "./device.js";
import { asked, at, fill, made, note, on, show } from "./dom.js";
import * as noting from "./noting.js";
import { flush, heard } from "./queue.js";
import * as records from "./records.js";
import { idOf } from "./tasks.js";
import { spoken, word } from "./words.js";

const PAUSE = 400;
let state = null; // {who, row, record, files, step}
let saving = Promise.resolve(), timer = 0, broken = "";

const kept = (text, look) => { const place = document.querySelector('[data-at="kept"]'); if (place) { place.textContent = text; place.className = `kept ${look}`; } };
const failed = (error) => {
  broken = error instanceof records.NoRoom ? "no-room" : error instanceof records.Elsewhere ? "elsewhere" : "not-kept";
  kept(word("not-kept"), "bad");
  note(word(broken), "bad");
};
/** Keeps everything as it stands, one save after the other; false when it could not be kept. */
export const save = (as = "draft") => {
  clearTimeout(timer);
  if (!state) return Promise.resolve(true);
  const mine = state;
  saving = saving.then(async () => {
    try {
      mine.row = await records.save(mine.who, mine, as);
      if (broken) { broken = ""; note(""); }
      kept(word("kept", { at: clock.local().slice(11) }), "good");
      return true;
    } catch (error) { failed(error); return false; }
  });
  return saving;
};
const soon = () => { clearTimeout(timer); timer = setTimeout(save, PAUSE); };
export const leave = async () => { if (state && timer) await save(); timer = 0; state = null; };

const typed = (event) => {
  const { name, value, type } = event.target;
  if (!name || !state || type === "file" || type === "checkbox") return;
  state.record.fields[name] = value;
  if (event.type === "input" && type !== "radio") { soon(); return; }
  save();
  told();
};
const told = () => {
  const steps = stepsOf(state.record), full = steps.filter((step) => !missing(state.record, step).length).length;
  const bar = document.querySelector('[data-at="progress"]');
  if (!bar) return;
  bar.max = steps.length;
  bar.value = full;
  fill(document.getElementById("main"), { full: word("full", { n: full, of: steps.length }) });
  tellNoted();
  for (const item of document.querySelectorAll("[data-item]")) {
    const fault = state.record.fields[`answer.${item.dataset.item}`] === "fault";
    item.querySelector('[data-at="fault"]').hidden = !fault;
  }
};

const valued = (box) => {
  for (const input of box.querySelectorAll("input[name], textarea[name], select[name]")) {
    const value = state.record.fields[input.name] ?? "";
    if (input.type === "radio") input.checked = input.value === value; else if (input.type !== "checkbox") input.value = value;
  }
  return box;
};
const set = (name, value) => { state.record.fields[name] = value; valued(document.getElementById("main")); save(); told(); };

const placed = (box) => {
  const { fix, task } = state.record, metres = away(state.record);
  fill(box, {
    fix: fix ? word("fix", { metres: fix.accuracy, at: clock.shown(fix.at) }) : word("no-fix"),
    away: metres === null ? "" : word(outside(state.record) ? "outside" : "inside", { metres: Math.round(metres), fence: task.fence_m }),
  });
  at(box, "reason").hidden = Boolean(fix) && !outside(state.record);
};
/** Whether the server knows that the team is there, and what stands in the way. */
const tellNoted = () => {
  const box = document.querySelector('[data-at="noting"]'), said = state.record.arrival;
  if (!box) return;
  at(box, "note").hidden = Boolean(said?.at) || noting.waits(state.record);
  at(box, "note").disabled = !noting.ready(state.record);
  at(box, "notice").hidden = !said?.at;
  at(box, "notice").href = noting.noticeOf(state.record.task);
  const how = said?.at ? word("noted", { at: said.at.slice(11) }) : noting.waits(state.record) ? word("noting") : said?.problem || (noting.ready(state.record) ? "" : word("not-ready"));
  fill(box, { noted: how });
};
const noteNow = async () => {
  const mine = state;
  if (!mine || !noting.waits(mine.record)) return;
  const answer = await noting.note(mine.record);
  mine.record.arrival = answer;
  if (state === mine) { await save(); tellNoted(); }
  noteLater();
};
const noted = () => !state || !noting.waits(state.record);
const noteLater = () => { if (!noted()) noting.again(noted); };
const person = (one, place) => {
  const box = fill(made("t-person"), { name: one.name, number: one.certificate, place });
  const input = box.querySelector("input"), when = () => fill(box, { when: state.record.present[one.certificate] && word("there-since", { at: clock.shown(state.record.present[one.certificate].at) }) });
  input.checked = one.certificate in state.record.present;
  input.addEventListener("change", () => {
    if (input.checked) state.record.present[one.certificate] = { at: new Date(clock.now()).toISOString(), device: new Date().toISOString(), fix: state.record.fix };
    else delete state.record.present[one.certificate];
    when();
    save();
    told();
  });
  when();
  return box;
};
const arrival = () => {
  const box = made("t-arrival"), { task, form } = state.record;
  fill(box, { least: word("least", { n: form.officers, officer: form.officer }) });
  at(box, "people").append(...task.team.map((one) => person(one, "")), ...(task.partner?.team ?? []).map((one) => person(one, word("partner"))));
  placed(box);
  for (const short of box.querySelectorAll("[data-short]")) {
    short.setAttribute("aria-pressed", String(state.record.short === short.dataset.short));
    short.addEventListener("click", () => {
      const same = state.record.short === short.dataset.short;
      state.record.short = same ? "" : short.dataset.short;
      state.record.fields.result = state.record.short;
      save();
      step("arrival");
    });
  }
  fill(box, { shortened: state.record.short ? word("shortened") : "" });
  return on(box, {
    now: () => set("started_at", clock.local()),
    note: async () => {
      state.record.arrival = { wanted: true, at: "", problem: "" };
      await save();
      tellNoted();
      await noteNow();
    },
    locate: async (event) => {
      const button = event.currentTarget;
      button.disabled = true;
      fill(box, { fix: word("locating") });
      try { await device.position((fix) => { state.record.fix = fix; placed(box); }); await save(); } catch (error) { fill(box, { fix: word(error?.code === 1 ? "no-leave" : "no-signal") }); at(box, "reason").hidden = false; }
      button.disabled = false;
      told();
    },
  });
};
const questions = (id) => {
  const group = state.record.form.groups.find((one) => one.id === id), box = made("t-group");
  fill(box, { title: spoken(group.words) });
  at(box, "items").append(...group.items.map((item, n) => {
    const one = fill(made("t-item"), { question: spoken(item.words), number: `${n + 1}/${group.items.length}` });
    one.dataset.item = item.id;
    for (const input of one.querySelectorAll("[data-name]")) input.name = `${input.dataset.name}.${item.id}`;
    one.querySelector("input[type=date]").min = clock.today();
    return one;
  }));
  return box;
};
/** Adds a file to the record, after asking whether it fits; the whole record is kept again. */
const add = async ({ buffer, file }, instead) => {
  const total = state.files.reduce((sum, one) => sum + one.byteLength, buffer.byteLength);
  await records.fits(total);
  const old = instead ? state.record.files.findIndex(instead) : -1;
  if (old >= 0) { state.record.files.splice(old, 1); state.files.splice(old, 1); }
  if (!state.record.files.some((one) => one.sha256 === file.sha256)) { state.record.files.push(file); state.files.push(buffer); }
  return save();
};
const picture = (file, n, again) => {
  const box = made("t-photo");
  device.thumb(box.querySelector("canvas"), new Blob([state.files[n]], { type: file.type }));
  fill(box, { when: clock.shown(file.at), where: file.fix ? word("fix-short", { metres: file.fix.accuracy }) : word("no-fix"), hash: file.sha256.slice(0, 12) });
  const about = box.querySelector("input");
  about.value = file.words;
  about.addEventListener("change", () => { file.words = about.value.trim(); save(); });
  return on(box, { remove: async () => {
    if (!(await asked("t-ask-photo"))) return;
    const place = state.record.files.indexOf(file);
    state.record.files.splice(place, 1);
    state.files.splice(place, 1);
    await save();
    again();
  } });
};
const photos = () => {
  const box = made("t-photos"), again = () => step("photos");
  state.record.files.forEach((file, n) => file.kind === "photo" && at(box, "list").append(picture(file, n, again)));
  box.querySelector("input[type=file]").addEventListener("change", async (event) => {
    const given = [...event.target.files];
    note(word("working"), "plain");
    let said = "";
    for (const one of given) {
      try { await add(await device.photo(one, state.record.fix)); } catch (error) { said = word(error instanceof records.NoRoom ? "no-room-photo" : "not-a-photo", { name: one.name }); }
    }
    again();
    note(said, "bad");
  });
  return box;
};
const result = () => {
  const box = made("t-result"), names = state.record.form.results;
  at(box, "results").append(...names.map(({ code, words }) => {
    const one = fill(made("t-choice"), { name: spoken(words) });
    Object.assign(one.querySelector("input"), { name: "result", value: code });
    return one;
  }));
  return on(box, { now: () => set("ended_at", clock.local()) });
};
const signer = (by, name, words) => {
  const box = fill(made("t-signer"), { name }), canvas = box.querySelector("canvas");
  const there = () => state.record.files.find((one) => one.kind === "signature" && one.by === by);
  const look = () => fill(box, { when: there() ? word("signed", { at: clock.shown(there().at) }) : "" });
  canvas.setAttribute("aria-label", word("sign-here", { name }));
  requestAnimationFrame(() => {
    const clear = device.pad(canvas, async () => {
      try { await add(await device.signature(canvas, by, words(), name), (one) => one.by === by); } catch { note(word("no-room"), "bad"); }
      look();
      told();
    });
    on(box, { clear: async () => {
      clear();
      const place = state.record.files.findIndex((one) => one.by === by);
      if (place >= 0) { state.record.files.splice(place, 1); state.files.splice(place, 1); await save(); }
      look();
      told();
    } });
  });
  look();
  return box;
};
const sign = () => {
  const box = made("t-sign"), { task, fields } = state.record, all = [...task.team, ...(task.partner?.team ?? [])];
  at(box, "officers").append(...all.filter((one) => present(state.record).includes(one.certificate)).map((one) => signer(one.certificate, one.name, () => `${one.name} ${one.certificate}`)));
  at(box, "firm").append(signer("enterprise", word("enterprise"), () => fields.firm_name ?? ""));
  at(box, "witness").append(signer("witness", word("witness"), () => [fields.witness, fields.refusal].filter(Boolean).join("; ")));
  at(box, "firm-part").hidden = Boolean(state.record.short);
  const wanted = stepsOf(state.record).map((one) => [one, missing(state.record, one)]).filter(([, names]) => names.length);
  fill(box, { whole: wanted.length ? "" : word("whole") });
  at(box, "wanted").append(...wanted.map(([one, names]) => {
    const item = fill(made("t-wanted"), { name: titleOf(one), n: word("wanted", { n: names.length }) });
    item.querySelector("a").href = `#/record/${idOf(task)}/${one}`;
    return item;
  }));
  return on(box, { submit });
};
const submit = async () => {
  const open = stepsOf(state.record).find((one) => missing(state.record, one).length);
  if (open) { location.hash = `#/record/${idOf(state.record.task)}/${open}`; note(word("first-this", { step: titleOf(open) })); return; }
  bodyOf(state.record);
  if (!(await save("waiting"))) return;
  state = null;
  location.hash = "#/queue";
  flush(true);
};
const titleOf = (one) => {
  const [kind, id] = one.split(":");
  return kind === "group" ? spoken(state.record.form.groups.find((group) => group.id === id).words) : word(`step-${kind}`);
};

const step = (wanted) => {
  const steps = stepsOf(state.record), now = steps.includes(wanted) ? wanted : steps[0], n = steps.indexOf(now);
  state.step = now;
  const box = made("t-record"), [kind, id] = now.split(":"), path = `#/record/${idOf(state.record.task)}`;
  fill(box, { site: state.record.task.site.name, title: titleOf(now), at: `${n + 1}/${steps.length}`, returned: state.record.task.returned && word("returned", { note: state.record.task.returned.note }) });
  at(box, "body").append({ arrival, group: () => questions(id), photos, result, sign }[kind]());
  at(box, "back").href = n ? `${path}/${steps[n - 1]}` : "#/";
  at(box, "next").href = `${path}/${steps[n + 1] ?? now}`;
  at(box, "next").hidden = n === steps.length - 1;
  valued(box);
  box.addEventListener("input", typed);
  box.addEventListener("change", typed);
  show(box);
  told();
};

/** Shows a step of a record, opening it first when another one was open. */
export const open = async (who, kept, id, wanted) => {
  if (!state || idOf(state.record.task) !== id || state.who.owner !== who.owner) {
    const task = kept?.tasks.find((one) => idOf(one) === id);
    const found = await records.open(who, id, task, task && kept.forms[task.draw_no]);
    if (!found.record?.task || !found.record.form) { location.hash = "#/"; return; }
    if (found.row && ["waiting", "refused"].includes(found.row.state)) found.record.key = crypto.randomUUID(); // changed content is a new request
    const fresh = task && kept.forms[task.draw_no];
    if (fresh && found.row?.problem?.code === "FormChanged") found.record.form = fresh; // answers stay by the item they belong to
    state = { who, ...found };
    navigator.storage?.persist?.().catch(() => false);
    if ((await records.room()) < records.RESERVE * 2) note(word("little-room"), "bad");
  }
  step(wanted);
};
heard(({ met }) => { if (met?.kind === "ok") noteNow(); else if (met) noteLater(); }); // the network is back, or not quite
addEventListener("pagehide", () => { if (state && timer) save(); });
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden" && state && timer) save(); });
