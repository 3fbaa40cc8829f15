// The page "verify a draw": takes a file, a text or a draw of this site, and shows the steps as they end.

import { facts, make, stepLine } from "./dom.js";

const WORDS = {
  zh: {
    VALID: ["good", "有效", "十三步全部通过：名单、规则、随机数、名次、检查组和公开日志彼此相符。"],
    CONSISTENT: ["warn", "未见矛盾", "没有发现矛盾，但有 {n} 步未能核验，见下表。"],
    INVALID: ["bad", "无效", "至少一步未通过，见下表。"],
    UNREADABLE: ["bad", "无法读取", "不是可读取的证据包或信任文件，没有结论。"],
    busy: "正在您的设备上核验…", names: "文件自称：{bureau} {period} {kind} 第 {drawNo} 次", own: "用的是本站给出的日志与见证密钥。若怀疑本站，请改用另行取得的信任文件再核验一次。", broken: "核验程序出错，没有结论。请改用命令行，并把这句话告诉我们：",
    fetch: "取不到该次抽取的证据包：编号有误、尚未公开，或网络不通。", empty: "请先选择文件、粘贴内容，或填写本站的抽取编号。",
    void: "本次抽取已作废：", late: "结果在信标产生 15 分钟以后才写入日志。", over: "有人员的检查次数超过其个人上限。",
    assumed: "软件无法判断、由人见证的事项：", took: "用时 {n} 毫秒，在您的设备上完成，没有上传。", big: "文件超过 24 MB，请用命令行核验。",
  },
  en: {
    VALID: ["good", "VALID", "All thirteen steps passed: lists, rules, randomness, ranks, teams and public log agree."],
    CONSISTENT: ["warn", "CONSISTENT", "Nothing contradicts, but {n} steps could not be checked; see below."],
    INVALID: ["bad", "INVALID", "At least one step failed; see below."],
    UNREADABLE: ["bad", "UNREADABLE", "Not a bundle or trust file that can be read; there is no verdict."],
    busy: "Verifying on your device …", names: "The file says: {bureau} {period} {kind}, draw no. {drawNo}", own: "The keys of log and witnesses were this site's own. If you doubt this site, verify again with a trust file from elsewhere.", broken: "The verifier failed; there is no verdict. Use the command line, and tell us: ",
    fetch: "The bundle of that draw cannot be had: a wrong number, not public yet, or no network.", empty: "Choose a file, paste text, or name a draw of this site.",
    void: "The draw was voided: ", late: "The result was logged more than 15 minutes after the beacon.", over: "Some officers have more visits than their cap.",
    assumed: "What no software can know: ", took: "{n} ms, on your device; nothing was uploaded.", big: "Over 24 MB: use the command line.",
  },
};

const MOST = 24 * 1024 * 1024;
const box = document.getElementById("verifier");
const form = document.getElementById("verify-form");
const out = document.getElementById("verdict");
const field = (id) => document.getElementById(id);
const kinds = JSON.parse(box.dataset.kinds);
let lang = box.dataset.lang === "en" ? "en" : "zh";
let last = null; // what was verified last, to say it again in the other language
let turn = 0;

const absolute = (path) => (path ? new URL(path, location.href).href : "");

let hear = () => {};

/** A worker made ahead of time, so that nothing has to be fetched once the page stands; the program itself on this
 *  page where a browser has no workers for modules. */
const engine = new Promise((done) => {
  try {
    const worker = new Worker(box.dataset.worker, { type: "module" });
    worker.onmessage = ({ data }) => (data.ready ? done(worker) : hear(data));
    worker.onerror = () => {
      done(null);
      hear({ broken: "worker" });
    };
  } catch (_) {
    done(null);
  }
}).then((worker) => worker || import(absolute(box.dataset.worker)));

const run = async (bytes, trust, tell) => {
  const order = { bytes, trust, lang, bls: absolute(box.dataset.bls) }, found = await engine;
  hear = tell;
  if (found instanceof Worker) found.postMessage(order);
  else await found.job(order, tell).catch((error) => tell({ broken: String(error) }));
};

/** Which draw the file says it is; its texts are as little trusted as the rest of it. */
const named = (opened) => {
  const kind = (lang === "zh" && kinds[opened.kind]) || opened.kind;
  return WORDS[lang].names.replace(/\{(\w+)\}/g, (_, name) => String(name === "kind" ? kind : opened[name]));
};

const verdict = (report, opened, assumed, took, own) => {
  const w = WORDS[lang], [kind, word, said] = w[report.verdict];
  const card = make("div", { class: `verdict ${kind}` });
  card.append(make("p", { class: "verdict-word" }, make("strong", {}, word), " ", make("span", {}, report.verdict)));
  card.append(make("p", {}, report.error ? report.error.title : said.replace("{n}", (report.not_checked || []).length)));
  if (report.void) card.append(make("p", {}, `${w.void}${report.void.at} ${report.void.reason}`));
  if (report.late) card.append(make("p", {}, w.late));
  if (Object.keys(report.over_caps || {}).length) card.append(make("p", {}, w.over));
  const nodes = [card];
  if (opened) nodes.push(make("p", {}, named(opened)));
  if (own && !report.error) nodes.push(make("p", { class: "note" }, w.own));
  if (assumed && assumed.length) nodes.push(make("p", { class: "cite" }, `${w.assumed}${assumed.join("; ")}`));
  nodes.push(make("p", { class: "cite" }, w.took.replace("{n}", Math.round(took))));
  return nodes;
};

const show = async (bytes, [trust, own]) => {
  const mine = ++turn, began = performance.now(), w = WORDS[lang];
  last = [bytes, [trust, own]];
  const head = make("div", { id: "verdict-head", role: "status" }, make("p", { class: "busy" }, w.busy));
  const list = make("ol", { class: "steps" });
  out.replaceChildren(head, list);
  let opened = null;
  await run(bytes, trust, (told) => {
    if (mine !== turn) return; // an earlier file's steps
    if (told.opened) opened = told.opened;
    if (told.step) list.append(stepLine(told.step, lang));
    if (told.broken) head.replaceChildren(make("p", { class: "note bad" }, w.broken + told.broken));
    if (told.report) head.replaceChildren(...verdict(told.report, opened, told.assumed, performance.now() - began, own));
  });
  out.scrollIntoView({ block: "nearest" });
};

const say = (words) => out.replaceChildren(make("p", { class: "note bad", role: "alert" }, words));

const fromHere = async (bureau, drawNo) => {
  const base = `/b/${encodeURIComponent(bureau)}/draws/${encodeURIComponent(drawNo)}`;
  const answer = await fetch(`${base}/bundle.json`);
  if (!answer.ok) throw new Error(String(answer.status));
  field("links").replaceChildren(facts([
    [lang === "en" ? "Bundle" : "证据包", make("a", { href: `${base}/bundle.json` }, `${base}/bundle.json`)],
    [lang === "en" ? "Trust file" : "信任文件", make("a", { href: `${base}/trust.txt` }, `${base}/trust.txt`)],
  ]));
  return answer.arrayBuffer();
};

const given = async () => {
  const [file] = field("bundle").files, pasted = field("paste").value.trim();
  const [bureau, drawNo] = [field("from-bureau").value.trim(), field("from-draw").value.trim()];
  if (file) {
    if (file.size > MOST) throw new RangeError("big");
    return file.arrayBuffer();
  }
  if (pasted) return new TextEncoder().encode(pasted).buffer;
  if (bureau && drawNo) return fromHere(bureau, drawNo);
  throw new RangeError("empty");
};

/** [text of the trust file, whether it is this site's own]. */
const trustText = async () => {
  const [file] = field("trust").files, { value, defaultValue } = field("trust-text");
  return file ? [await file.text(), false] : [value, value === defaultValue && value !== ""];
};

const start = async () => {
  try {
    await show(await given(), await trustText());
  } catch (error) {
    say(WORDS[lang][error instanceof RangeError ? error.message : "fetch"] || String(error));
  }
};

form.addEventListener("submit", (event) => {
  event.preventDefault();
  start();
});
field("bundle").required = false;
for (const name of ["dragover", "drop"]) {
  box.addEventListener(name, (event) => {
    event.preventDefault();
    box.classList.toggle("over", name === "dragover");
    if (name === "drop" && event.dataTransfer.files.length) {
      field("bundle").files = event.dataTransfer.files;
      start();
    }
  });
}
box.addEventListener("dragleave", () => box.classList.remove("over"));
field("language").addEventListener("click", () => {
  lang = lang === "en" ? "zh" : "en";
  field("language").textContent = lang === "en" ? "中文" : "English";
  if (last) show(...last);
});
for (const node of document.querySelectorAll("[data-needs-script]")) node.hidden = false;
const asked = new URLSearchParams(location.search);
if (asked.get("b") && asked.get("n")) {
  [field("from-bureau").value, field("from-draw").value] = [asked.get("b"), asked.get("n")];
  start();
}
if (box.dataset.offline && "serviceWorker" in navigator) {
  navigator.serviceWorker.register(box.dataset.offline, { scope: box.dataset.scope }).catch(() => {});
}
