// The person's own tasks on the phone, encrypted like the records; nobody else's are ever asked for.

import { ask } from "./api.js";
import * as db from "./db.js";
import * as vault from "./vault.js";

export const idOf = (task) => `${task.bureau}/${task.draw_no}/${task.slot}`;

/** Fetches what is open now. Answers {kind, ...}; what was there stays until the new list is whole. */
export const download = async (who) => {
  const answer = await ask("GET", "/field/app/tasks");
  if (answer.kind !== "ok" || answer.body.owner !== who.owner) return answer;
  const row = { owner: who.owner, ...(await vault.lock(who.owner, "tasks", answer.body)) };
  await db.put("meta", "tasks", row);
  return answer;
};

/** {at, today, tasks, forms} as last fetched, null when there are none of this person. */
export const kept = async (who) => {
  const row = await db.get("meta", "tasks");
  if (!row || row.owner !== who?.owner) return null;
  try { return (await vault.unlock(who.owner, "tasks", row)).value; } catch { return null; }
};
