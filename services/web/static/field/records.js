// Records on the phone: one row each, its content with photos and signatures in one encrypted box, one put a change.
// States: draft → waiting → sending → done | refused; a refused one becomes a draft again when it is taken up.

import * as clock from "./clock.js";
import * as db from "./db.js";
import { idOf } from "./tasks.js";
import * as vault from "./vault.js";

export const RESERVE = 8 * 1024 * 1024; // left free for the next save
export class NoRoom extends Error {}
export class Elsewhere extends Error {}

const nameOf = (who, id) => `${who.owner}:${id}`;

/** A record nobody has touched: no answer is chosen, nobody is there. */
const blank = (task, form) => ({
  task, form, key: crypto.randomUUID(), began: new Date().toISOString(),
  fields: {}, present: {}, fix: null, files: [], clock: null,
});
/** What the reviewer sent back is mended, not typed again; who is there is confirmed anew. */
const mended = (record) => {
  const given = record.task.returned?.given;
  if (!given) return record;
  const fields = Object.fromEntries(Object.entries(given).filter(([name]) => !["present", "lon", "lat", "accuracy"].includes(name)));
  return { ...record, fields };
};

/** The record of a task as the phone holds it, or a blank one; {row, record, files: ArrayBuffer[]}. */
export const open = async (who, id, task = null, form = null) => {
  const row = await db.get("records", nameOf(who, id));
  if (row?.box && row.state !== "done") return { row, ...(await unlocked(who, row)) };
  if (!task || !form) return { row, record: null, files: [] };
  if (row?.box) { // sealed once and sent back, its photos never handed over: they go with the mended one
    const { record, files } = await unlocked(who, row), photo = (_, n) => record.files[n].kind === "photo";
    return { row: null, record: { ...mended(blank(task, form)), files: record.files.filter(photo) }, files: files.filter(photo) };
  }
  return { row: null, record: mended(blank(task, form)), files: [] };
};
export const unlocked = async (who, row) => {
  const { value, files } = await vault.unlock(who.owner, row.name, row);
  return { record: value, files };
};

/** Bytes that are still free for this site, Infinity where the browser does not say. */
export const room = async () => {
  const { quota, usage } = (await navigator.storage?.estimate?.()) ?? {};
  return quota === undefined ? Infinity : quota - usage;
};
/** Refuses before anything is lost: the store must hold the old box, the new one, and the next. */
export const fits = async (bytes) => {
  if ((await room()) < 2 * bytes + RESERVE) throw new NoRoom();
};

/** Keeps the whole record in one put. The row before it stays when this one does not go through. */
export const save = async (who, { row, record, files }, state = "draft") => {
  const id = idOf(record.task), name = nameOf(who, id);
  const sealed = await vault.lock(who.owner, name, { ...record, clock: { apart_ms: clock.difference(), at: new Date().toISOString() } }, files);
  const before = row?.edition ?? 0;
  try {
    return await db.change("records", name, (there) => {
      const settled = !there || there.state === "done" ? before === 0 || there?.edition === before : there.edition === before;
      if (!settled || there?.state === "sending") throw new Elsewhere();
      return {
        name, id, owner: who.owner, state, edition: (there?.edition ?? 0) + 1, changed: Date.now(), tries: 0, next: 0,
        problem: null, size: sealed.box.byteLength, ...sealed,
      };
    });
  } catch (error) {
    if (error?.name === "QuotaExceededError") throw new NoRoom();
    throw error;
  }
};

export const mine = async (who) => (who ? (await db.all("records")).filter((one) => one.owner === who.owner) : []);
/** How many records of other people wait on this phone; what they say stays closed. */
export const others = async (who) => (await db.all("records")).filter((one) => one.owner !== who?.owner && (one.state !== "done" || one.left)).length;

/** Changes what is around the box; `edit` sees the row and may refuse with undefined. */
export const mark = (name, edit) => db.change("records", name, (there) => {
  const found = there && edit(there);
  return found ? { ...there, ...found, edition: there.edition + 1 } : undefined;
});
/** The server has it: only the receipt stays, the content goes; unless `left` files could not be handed over. */
export const settle = (name, receipt, left = 0) => db.change("records", name, (there) => {
  if (!there) return undefined;
  const { iv, box, ...rest } = there, kept = left ? { iv, box } : { size: 0 };
  return { ...rest, ...kept, edition: there.edition + 1, state: "done", receipt, left, problem: null, changed: Date.now() };
});
export const remove = (name) => db.drop("records", name);
