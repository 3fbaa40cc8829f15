// The moment by the deployment's clock, as far as this phone knows it: times in a record follow the server, not the phone.

import * as db from "./db.js";

const CHINA = 8 * 3600_000;
export const ODD = 60_000; // a difference worth telling
let apart = 0, known = false;

export const begin = async () => {
  const kept = await db.get("meta", "clock");
  if (kept) [apart, known] = [kept.apart, true];
};
/** Learns from an answer that carried the server's moment. */
export const learn = async (server, middle) => {
  apart = Date.parse(server) - middle;
  known = true;
  await db.put("meta", "clock", { apart, at: Date.now() });
};
export const difference = () => (known ? apart : 0);
export const now = () => Date.now() + difference();
/** For an input of a local date and time: "2026-01-06T09:30", by China's clock whatever the phone's zone. */
export const local = (at = now()) => new Date(at + CHINA).toISOString().slice(0, 16);
export const today = () => local().slice(0, 10);
export const moment = (typed) => (typed ? `${typed}:00+08:00` : "");
export const shown = (at) => local(typeof at === "number" ? at : Date.parse(at)).replace("T", " ");
