// One verification, told step by step: in a worker, or on the page itself where there are no module workers.

import { open, unreadable, verify, wantsBls } from "./verify.js";
import { ASSUMES, STEPS } from "./words.js";

const library = async (address) => {
  try {
    return (await import(address)).drandHolds;
  } catch (_) {
    return null; // not built, or no network: the step says "not checked"
  }
};

/**
 * @param order {bytes, trust, lang, bls}: `bls` is the address of the BLS library, or "".
 * @param tell called with {opened}, {step} thirteen times, then {report}; or with {report} alone when unreadable.
 */
export const job = async ({ bytes, trust, lang, bls }, tell) => {
  const at = lang === "en" ? 1 : 0;
  try {
    const opened = open(new Uint8Array(bytes), trust);
    const { bureau, subject, kind, period, draw_no: drawNo } = opened[0].manifest;
    tell({ opened: { bureau, subject, kind, period, drawNo } });
    const holds = bls && wantsBls(opened) ? await library(bls) : null;
    const step = (told) => tell({ step: { ...told, words: STEPS[told.id][at] } });
    const { report } = verify(opened, { bls: holds, lang, tell: step });
    tell({ report, assumed: report.assumes.map((code) => ASSUMES[code][at]) });
  } catch (error) {
    tell({ report: unreadable(error, lang) });
  }
};

if (typeof WorkerGlobalScope !== "undefined" && self instanceof WorkerGlobalScope) {
  self.postMessage({ ready: true });
  self.onmessage = ({ data }) => {
    // what no one foresaw must end the wait, and never as a verdict
    job(data, (told) => self.postMessage(told)).catch((error) => self.postMessage({ broken: String(error) }));
  };
}
