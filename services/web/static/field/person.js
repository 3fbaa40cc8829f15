// Whose phone it is now: tasks are there for one person acting for one bureau, and go with the session.

import { ask } from "./api.js";
import * as clock from "./clock.js";
import * as db from "./db.js";
import * as vault from "./vault.js";

const GRACE = 12 * 3600_000; // tasks stay readable so long without a session the server confirms
let csrf = "";
export const token = () => csrf;
export const known = () => db.get("meta", "who");

/** Asks the server who is signed in. Answers {kind, who}; another person's tasks are wiped before anything is shown. */
export const meet = async () => {
  const answer = await ask("GET", "/field/app/state");
  if (answer.kind === "ok") {
    const { owner, name, place, now, simulated, certificate, files } = answer.body;
    csrf = answer.body.csrf;
    await clock.learn(now, answer.middle);
    const before = await known();
    if (before && before.owner !== owner) await wipe();
    const who = { owner, name, place, simulated, certificate, files };
    await db.put("meta", "who", who);
    await db.drop("meta", "out");
    return { kind: "ok", who };
  }
  csrf = "";
  // a session that merely ended may be taken up again, for some hours; whoever signs out wipes at once
  if (answer.kind === "login") {
    const since = await db.change("meta", "out", (there) => there ?? Date.now());
    if (Date.now() - since > GRACE) await wipe();
  }
  return { kind: answer.kind, who: await known(), problem: answer.body };
};

/** Tasks go at once; unsent records stay, encrypted, and open for nobody else. The key goes with the last of them. */
export const wipe = async () => {
  const who = await known();
  await db.drop("meta", "tasks");
  await db.drop("meta", "who");
  if (who && !(await db.all("records")).some((one) => one.owner === who.owner && (one.state !== "done" || one.left))) await vault.forget(who.owner);
};
