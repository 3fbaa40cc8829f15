// Randomness nobody chose (protocol, section 4).

import { lp, join, unhex } from "./bytes.js";
import { differs } from "./case.js";
import { sha256 } from "./digest.js";
import * as forms from "./forms.js";
import { SECOND, moment } from "./moments.js";

export const QUICKNET = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971";
/** Pinned: a bundle must not choose its beacon. */
export const QUICKNET_KEY =
  "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc2" +
  "2b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a";
const GENESIS = 1692803367n;
const PERIOD = 3n;

/** Nanoseconds since 1970 at which a round is born. */
export const roundTime = (round) => (GENESIS + (BigInt(round) - 1n) * PERIOD) * SECOND;

/** The first round at or after a moment. */
const roundAt = (at) => {
  const since = at - GENESIS * SECOND, span = PERIOD * SECOND;
  return since <= 0n ? 1 : Number((since + span - 1n) / span) + 1;
};

/** The beacon is the one the rule names: quicknet's right round, 3 different lotteries, 20 digits. */
export const checkRule = ({ beacon: rule, beacon_at: at }) => {
  const named = (path, got, due, holds = got === due) => holds || differs("BeaconNotByRule", `beacon.${path}`, got, due);
  if (rule.kind === "drand") {
    named("chain", rule.chain, QUICKNET);
    named("round", rule.round, roundAt(moment(at)));
  } else if (rule.kind === "lottery") {
    const names = new Set(rule.sources.map(({ name }) => name)).size;
    named("sources", names, "≥ 3", names >= 3 && names === rule.sources.length);
  } else {
    named("digits", rule.digits, "≥ 20", rule.digits >= 20);
  }
};

/** R of evidence whose form is checked first; of drand even when the signature is false. */
export const value = (suite, rule, evidence) => {
  if (rule.kind === "drand") {
    forms.fields({ signature: forms.hex(48) })(evidence, "beacon");
    return sha256(unhex(evidence.signature));
  }
  if (rule.kind === "lottery") {
    const count = rule.sources.length;
    const numbers = forms.listing(forms.integer(0, 1_000_000), 1000, 1);
    forms.fields({ numbers: forms.listing(numbers, count, count) })(evidence, "beacon");
    const texts = evidence.numbers.map((row) => `${[...row].sort((a, b) => a - b).join(".")}./`);
    return suite.hash(join(lp("rd1/lottery"), lp(texts.join(""))));
  }
  forms.fields({ digits: forms.digits(rule.digits) })(evidence, "beacon");
  return suite.hash(join(lp("rd1/spoken"), lp(evidence.digits)));
};
