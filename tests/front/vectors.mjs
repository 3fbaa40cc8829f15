// Verifies files named on standard input, one JSON request a line: {bundle, trust, facts, lang} -> one JSON answer a line.
import { createInterface } from "node:readline";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, built] = process.argv.slice(2);
const load = (name) => import(pathToFileURL(`${folder}/${name}`).href);
const { open, verify, unreadable, wantsBls } = await load("verify.js");
const { hex, lp, join } = await load("bytes.js");
const { pathOf } = await load("tree.js");
const bls = built ? (await import(pathToFileURL(built).href)).drandHolds : null;

const pseudonym = (suite, listKey, certificate) => {
  const salt = suite.mac(listKey, join(lp("oid"), lp(certificate))).subarray(0, 16);
  return `o-${hex(suite.hash(join(lp("rd1/oid"), salt, lp(certificate)))).slice(0, 16)}`;
};

/** Everything a vector's `expect` lists, as this verifier computed it. */
const factsOf = (one, report) => {
  const { bench, on, crews, start } = one.pairing;
  const named = (ids, team) => team.map((i) => ids[i]);
  const listKey = Uint8Array.from(Buffer.from(one.good.list_key, "hex"));
  return {
    prk: hex(one.seed.prk),
    selected: one.picks.map((pick) => pick.uid),
    order: Object.fromEntries(one.order),
    crews: Object.fromEntries(crews.map(([name, team]) => [name, named(bench.ids, team)])),
    start: Object.fromEntries([...start].map(([uid, team]) => [uid, named(on.ids, team)])),
    teams: Object.fromEntries(one.teams),
    leaves: one.leaves.map((leaf) => hex(leaf.data)),
    tickets: Object.fromEntries(one.picks.map((pick) => [pick.uid, hex(pick.ticket)])),
    path_0: pathOf(one.suite.hash, one.leaves.map((leaf) => leaf.hash), 0).map(hex),
    "pseudonym_of_豫Q1000": pseudonym(one.suite, listKey, "豫Q1000"),
    verdict: report.verdict,
    not_checked: report.not_checked,
    assumes: report.assumes,
  };
};

const answer = ({ bundle, text, trust, facts, lang, bls: wanted }) => {
  try {
    const bytes = text === undefined ? readFileSync(bundle) : Buffer.from(text, "base64");
    const opened = open(bytes, trust || "");
    const known = wanted === undefined ? bls : () => wanted;
    const { report, found } = verify(opened, { bls: wantsBls(opened) ? known : null, lang });
    return facts ? { report, facts: factsOf(found, report) } : { report };
  } catch (error) {
    return { report: unreadable(error, lang) };
  }
};

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(answer(JSON.parse(line)))}\n`);
}
