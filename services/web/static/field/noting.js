// The arrival, told to the server from the site; from then on the notice of the visit may be printed.

import { ask } from "./api.js";
import { missing, present } from "./body.js";
import * as clock from "./clock.js";
import * as person from "./person.js";
import { backOff, flush, pathOf } from "./queue.js";

let timer = 0, tries = 0;

/** Asked for and not told yet: it is told as soon as there is a network, while the record is being written. */
export const waits = (record) => Boolean(record.arrival?.wanted) && !record.arrival.at;
export const ready = (record) => missing(record, "arrival").length === 0;

/** Not told yet: the server is met again, after longer each time, until `done` says so. */
export const again = (done) => {
  clearTimeout(timer);
  timer = setTimeout(async () => { await flush(); if (!done()) again(done); }, backOff(tries++, 0));
};

/** {wanted, at, problem}: `at` once the server has it; a refusal ends the wish and says why. */
export const note = async (record) => {
  const { fields, fix } = record;
  const answer = await ask("POST", `${pathOf(record.task)}/arrival`, {
    json: {
      present: present(record), place_reason: (fields.place_reason ?? "").trim(),
      fix: fix && { lon: fix.lon, lat: fix.lat, accuracy: fix.accuracy, at: fix.at },
    },
    headers: { "idempotency-key": `${record.key}-arrival` }, csrf: person.token(),
  });
  if (answer.kind !== "later") tries = 0;
  if (answer.kind === "ok") return { wanted: true, at: clock.local(Date.parse(answer.body.at)), problem: "" };
  if (answer.kind === "refused") return { wanted: false, at: "", problem: answer.body?.detail ?? answer.body?.title ?? "" };
  return { wanted: true, at: "", problem: "" };
};

/** Where the notice is printed. */
export const noticeOf = ({ bureau, draw_no, slot }) => `/field/tasks/${bureau}/${draw_no}/${slot}/notice`;
