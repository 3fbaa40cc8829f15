// The verifier (protocol, section 13). No part of it talks to anyone; `bls` is handed in by whoever has it.

import { Case } from "./case.js";
import { Fault, NotChecked, Unreadable } from "./fault.js";
import { parse } from "./json.js";
import { parseTrust } from "./notes.js";
import { checkVersion } from "./shape.js";
import { v1, v2, v3, v4, v5 } from "./steps_lists.js";
import { v10, v11, v12, v6, v7, v8, v9 } from "./steps_draw.js";
import { v13 } from "./steps_log.js";
import { fault, reason } from "./words.js";

const STEPS = { V1: v1, V2: v2, V3: v3, V4: v4, V5: v5, V6: v6, V7: v7, V8: v8, V9: v9, V10: v10, V11: v11, V12: v12, V13: v13 };

/**
 * The case of a bundle: read, its version known, nothing judged yet.
 * @param {Uint8Array} bytes the file. @param {string} trust text of a trust file, or "" for none.
 * @throws {Unreadable} no bundle, or no trust file.
 */
export const open = (bytes, trust) => {
  const bundle = parse(bytes);
  checkVersion(bundle);
  return [bundle, trust ? parseTrust(trust) : null];
};

/** True when V6 of this bundle asks for a BLS check. */
export const wantsBls = ([{ manifest, beacon }]) => Boolean(beacon && manifest.beacon && manifest.beacon.kind === "drand");

const run = (id, step, one, lang) => {
  try {
    const [code, facts] = step(one);
    return { id, status: "passed", detail: reason(code, facts, lang) };
  } catch (error) {
    if (error instanceof NotChecked) return { id, status: "not_checked", detail: reason(error.reason, error.facts, lang) };
    if (error instanceof Fault) return { id, status: "failed", detail: fault(error, lang) };
    throw error;
  }
};

const assumes = ({ log, before, good: { manifest }, passedOver }) => {
  const codes = [];
  if (log) codes.push("complete");
  if (passedOver) codes.push("leave");
  if (manifest && manifest.beacon.kind !== "drand") codes.push("numbers");
  if (before) codes.push("one_history");
  return codes;
};

/**
 * Thirteen steps; each is told as it ends. A step that was not done is never reported as passed.
 * @param opened of `open`. @param bls (round, signature in hex) -> boolean, or null when there is none.
 * @param tell called with {id, status, detail} after each step.
 * @returns the verdict as `shuangsui verify --json` gives it, and the Case for who wants to look into it.
 */
export const verify = ([bundle, trust], { bls = null, lang = "zh", tell = () => {} } = {}) => {
  const one = new Case(bundle, trust, bls);
  const steps = Object.entries(STEPS).map(([id, step]) => {
    const told = run(id, step, one, lang);
    tell(told);
    return told;
  });
  const named = (status) => steps.filter((step) => step.status === status).map(({ id }) => id);
  const skipped = named("not_checked");
  const verdict = named("failed").length ? "INVALID" : skipped.length || !trust ? "CONSISTENT" : "VALID";
  return {
    report: { verdict, steps, assumes: assumes(one), not_checked: skipped, void: one.void, late: one.late, over_caps: one.overCaps },
    found: one,
  };
};

/** The report on an unreadable file; other errors are thrown on. */
export const unreadable = (error, lang = "zh") => {
  if (!(error instanceof Unreadable)) throw error;
  return { verdict: "UNREADABLE", steps: [], error: { code: error.code, title: fault(error, lang) } };
};
