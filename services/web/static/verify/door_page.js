// The page behind the code at the door. Everything stands in the fragment of the address, which no browser sends.

import { checkDoor, DOOR_STEPS } from "./door.js";
import { unfragment } from "./door_code.js";
import { facts, make, stepLine } from "./dom.js";
import { Unreadable } from "./fault.js";
import { fault } from "./words.js";
import { parseTrust } from "./notes.js";

const WORDS = {
  zh: {
    good: ["真实", "这次检查由公开日志证明：抽取在先，名单未被改动。"],
    cancelled: ["已取消", "抽取属实，但这次检查后来被取消，不应再进行。"],
    bad: ["伪造或损坏", "这个码不是本地公开日志签署的内容。请重新扫描一次；仍是这个结果的，请不要认可，并记下来人证件号，向其上级核实。"],
    none: ["没有核验码", "请扫描执法人员出示的二维码；网址“#”之后应有一长串字符。"],
    bureau: "抽查单位", site: "被检查单位编码", compare: "请与排污许可证或营业执照上的编码核对",
    people: "应到人员（执法证号）", cards: "请逐一核对来人出示的执法证件；不是这些证号的人，不是抽取确定的人员",
    fixed: "结果登入日志", beacon: "随机数登入日志", rank: "名次", strata: ["类别", "第 {n} 名"],
    seen: "见证", seenSome: "{n} 个见证人签字（需 {need} 个）", seenFew: "尚未有足够的见证人签字：{n} / {need}。日志签名有效，请稍后再查",
    changes: "抽取后的变更", kinds: { replace: "更换检查对象", substitute: "更换人员", cancel: "取消" }, log: "公开日志", draw: "抽取清单指纹 M",
    simulated: "模拟演示：人员、单位与时间均为虚构，不代表任何真实检查。", steps: "核验步骤",
    limits: "本页不能知道：此码所附日志状态（{n} 条）之后是否还有变更，以及来人是否确为证件本人。",
  },
  en: {
    good: ["Genuine", "The public log proves this visit: drawn beforehand, the list unaltered."],
    cancelled: ["Called off", "The draw is genuine, but this visit was called off later."],
    bad: ["Counterfeit or damaged", "The public log did not sign what this code says. Scan once more; if it stays so, do not accept it, note the certificate numbers and ask their superior."],
    none: ["No code", "Scan the code that the officers show; the address goes on behind its “#”."],
    bureau: "Bureau", site: "Code of the site", compare: "compare with your permit or licence",
    people: "Officers (certificate numbers)", cards: "compare with the cards shown; nobody else was drawn",
    fixed: "Result logged", beacon: "Randomness logged", rank: "Rank", strata: ["Stratum", "no. {n}"],
    seen: "Witnesses", seenSome: "{n} signed ({need} needed)", seenFew: "Too few signed yet: {n} / {need}. The log's signature holds; look again later",
    changes: "Changes since", kinds: { replace: "another site", substitute: "another officer", cancel: "called off" }, log: "Public log", draw: "Manifest hash M",
    simulated: "Demonstration: people, site and time are invented.", steps: "Steps",
    limits: "This page cannot know whether anything changed after the log's {n} entries, or whether the card is theirs.",
  },
};

const box = document.getElementById("door");
const names = JSON.parse(box.dataset.names);
const strata = JSON.parse(box.dataset.strata);
let lang = box.dataset.lang === "en" ? "en" : "zh";

/** A UTC moment in Chinese time. */
const inChina = (text) => {
  if (!text) return "";
  const shifted = new Date(Date.parse(text) + 8 * 3600 * 1000).toISOString();
  return `${shifted.slice(0, 10)} ${shifted.slice(11, 16)}（${lang === "en" ? "UTC+8" : "北京时间"}）`;
};

const hint = (words) => make("span", { class: "hint" }, words);

const details = (report, w) => {
  const enough = report.seen >= report.need;
  const seen = (enough ? w.seenSome : w.seenFew).replace("{n}", report.seen).replace("{need}", report.need);
  const people = make("ul", { class: "plain people" }, ...report.certificates.map((one) => make("li", {}, one)));
  const changed = report.changes.map((one) => make("div", {}, `${inChina(one.at)} ${w.kinds[one.kind]}：${one.reason}`));
  return facts([
    [w.site, [make("b", { class: "code big" }, report.uid), hint(w.compare)]],
    [w.people, [people, hint(w.cards)]],
    [w.bureau, `${names[report.bureau] || ""} ${report.bureau}`],
    [w.strata[0], `${strata[report.stratum] || report.stratum} ${report.uid === report.drawn ? w.strata[1].replace("{n}", report.rank + 1) : ""}`],
    [w.fixed, inChina(report.fixed_at)],
    [w.beacon, inChina(report.beacon_at)],
    [w.seen, seen],
    [w.changes, changed.length ? changed : ""],
    [w.log, report.log],
    [w.draw, make("code", { class: "hash" }, report.m)],
  ]);
};

const stepsOf = (report, w) => {
  const at = lang === "en" ? 1 : 0;
  const lines = report.steps.map((step) => stepLine({ ...step, words: DOOR_STEPS[step.id][at] }, lang));
  return make("details", report.genuine ? {} : { open: "" }, make("summary", {}, w.steps), make("ol", { class: "steps" }, ...lines));
};

const reportOf = (text, trust) => {
  try {
    return checkDoor(unfragment(text), trust, lang);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const detail = fault(error, lang);
    return { genuine: false, steps: [{ id: "D1", status: "failed", detail }], need: trust.need };
  }
};

const show = () => {
  const w = WORDS[lang], text = location.hash.slice(1);
  if (!text) return box.replaceChildren(headline("warn", w.none));
  let trust;
  try {
    trust = parseTrust(box.dataset.trust);
  } catch (error) {
    return box.replaceChildren(headline("warn", [w.none[0], fault(error, lang)]));
  }
  const report = reportOf(text, trust);
  const kind = !report.genuine ? "bad" : report.cancelled ? "cancelled" : "good";
  const nodes = [headline({ bad: "bad", cancelled: "warn", good: "good" }[kind], w[kind], report)];
  if (report.genuine && report.simulated) nodes.push(make("p", { class: "note warn" }, w.simulated));
  if (report.genuine) nodes.push(details(report, w), make("p", { class: "cite" }, w.limits.replace("{n}", report.size)));
  return box.replaceChildren(...nodes, stepsOf(report, w));
};

const headline = (kind, [word, said]) =>
  make("div", { class: `verdict ${kind} big`, role: "status" }, make("p", { class: "verdict-word" }, make("strong", {}, word)), make("p", {}, said));

window.addEventListener("hashchange", show);
document.getElementById("language").addEventListener("click", ({ target }) => {
  lang = lang === "en" ? "zh" : "en";
  target.textContent = lang === "en" ? "中文" : "English";
  show();
});
document.getElementById("language").hidden = false;
show();
if (box.dataset.offline && "serviceWorker" in navigator) {
  navigator.serviceWorker.register(box.dataset.offline, { scope: box.dataset.scope }).catch(() => {});
}
