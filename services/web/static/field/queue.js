// Sends what waits: files first, each by its hash, then the record with its key. One tab at a time.

import { ask } from "./api.js";
import { bodyOf } from "./body.js";
import * as clock from "./clock.js";
import * as person from "./person.js";
import * as records from "./records.js";

const FIRST = 2000, MOST = 10 * 60_000, LOCK = "shuangsui-field-queue";
const listeners = new Set();
let timer = 0, again = false;

export const heard = (listener) => listeners.add(listener);
const tell = (news) => listeners.forEach((one) => one(news));

/** How long until the next try: doubled each time, spread so that a fleet does not come back at once. */
export const backOff = (tries, wish) => Math.max(wish, Math.min(MOST, FIRST * 2 ** Math.min(tries, 12)) * (0.5 + Math.random() / 2));

export const pathOf = ({ bureau, draw_no, slot }) => `/api/v1/bureaus/${bureau}/draws/${draw_no}/tasks/${slot}`;

const sendFiles = async (record, files, csrf) => {
  for (const [n, one] of record.files.entries()) {
    const facts = Object.entries({ kind: one.kind, taken_at: one.at, words: one.words, by: one.by, lon: one.fix?.lon, lat: one.fix?.lat, accuracy: one.fix?.accuracy, fixed_at: one.fix?.at });
    const query = new URLSearchParams(facts.filter(([, value]) => value !== undefined && value !== null && value !== ""));
    const answer = await ask("PUT", `${pathOf(record.task)}/attachments/${one.sha256}?${query}`, { bytes: files[n], type: one.type, csrf });
    if (answer.kind !== "ok") return answer;
  }
  return null;
};
const send = async (who, row) => {
  const { record, files } = await records.unlocked(who, row), csrf = person.token();
  const stopped = who.files ? await sendFiles(record, files, csrf) : null;
  if (stopped) return stopped;
  const left = who.files ? 0 : files.length; // a server that cannot take them yet gets their hashes; they stay here
  return { left, ...await ask("POST", `${pathOf(record.task)}/record`, { json: bodyOf(record), headers: { "idempotency-key": record.key }, csrf }) };
};

const sentence = (body, status) => ({ title: body?.title ?? "", detail: body?.detail ?? "", code: body?.code ?? "", status });
const outcome = (row, answer) => {
  if (answer.kind === "refused") return { state: "refused", problem: sentence(answer.body, answer.status) };
  const wait = answer.kind === "login" ? 0 : backOff(row.tries, answer.wait);
  return { state: "waiting", tries: row.tries + 1, next: Date.now() + wait, problem: answer.body ? sentence(answer.body, answer.status) : null };
};

const one = async (who, row) => {
  const taken = await records.mark(row.name, (there) => (["waiting", "sending"].includes(there.state) ? { state: "sending" } : undefined));
  if (!taken?.box) return "ok";
  tell({ row: taken });
  let answer;
  try { answer = await send(who, taken); } catch { answer = { kind: "refused", status: 0, body: { code: "Unreadable" } }; }
  const kept = answer.kind === "ok"
    ? await records.settle(row.name, { sha256: answer.body.sha256, visit: answer.body.visit_id, at: clock.now(), upload: answer.body.upload?.day }, answer.left)
    : await records.mark(row.name, () => outcome(taken, answer));
  tell({ row: kept });
  return answer.kind;
};

const round = async (force) => {
  const met = await person.meet();
  tell({ met });
  if (met.kind !== "ok") return met.kind;
  const waiting = (await records.mine(met.who)).filter((row) => ["waiting", "sending"].includes(row.state));
  for (const row of waiting.sort((a, b) => a.changed - b.changed)) {
    if (!force && row.state === "waiting" && row.next > Date.now()) continue;
    const kind = await one(met.who, row);
    if (kind === "login") { tell({ met: await person.meet() }); return kind; }
  }
  return "ok";
};

const later = async () => {
  const who = await person.known(), soon = (await records.mine(who)).filter((row) => ["waiting", "sending"].includes(row.state));
  clearTimeout(timer);
  if (soon.length) timer = setTimeout(flush, Math.max(1000, Math.min(...soon.map((row) => row.next)) - Date.now()));
};
const alone = (work) => (navigator.locks ? navigator.locks.request(LOCK, { ifAvailable: true }, (got) => got && work()) : work());

/** Sends all that is due; `force` does not wait for the back-off. Called as often as one likes. */
export const flush = async (force = false) => {
  if (navigator.onLine === false) return;
  if (again) return;
  again = true;
  try { await alone(() => round(force === true)); } finally { again = false; }
  await later();
};

/** Starts over whenever there may be a network again. */
export const begin = () => {
  addEventListener("online", () => flush(true));
  addEventListener("focus", () => flush());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && flush());
  return flush(true);
};
