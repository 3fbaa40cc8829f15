// The witness's page: make a key, register it by the form, check the log and cosign its head.

import { Refusal, cosign, isName, isSimulated, mayBeSigned, vkeyOf } from "./check.js";
import { able, kept, make, remember, signer } from "./key.js";

const ZH = {
  notLog: "给出的不是日志公钥。没有签名。",
  keyChanged: "日志换了公钥，与您首次联签时不同。没有签名；请立即告知上级和审计人员。",
  badSignature: "检查点不是该日志签的。没有签名；请告知上级和审计人员。",
  forked: "日志与您上次见到的不一致：不是只追加。没有签名；请保留本页，立即告知上级和审计人员。",
  unreachable: "取不到日志或递交失败。什么也没有改变，可以重试。",
  name: "名称不能为空，不能含空格和加号。",
  exists: "本浏览器已有该单位的密钥。",
  unconfirmed: "首次联签之前，请先从另一渠道核对日志公钥并勾选。",
  made: "密钥已生成，私钥留在本浏览器，任何人（包括本页）都读不出来。下一步：登记公钥。",
  never: "尚未联签过",
  seen: ({ size }) => `上次联签：${size} 条`,
  signed: ({ origin, size, root }) => `已核对并联签：${origin}，${size} 条，根 ${root}…`,
};
const EN = {
  notLog: "What was given is no key of a log. Nothing was signed.",
  keyChanged: "The log's key is not the one you first cosigned. Nothing was signed; tell the superior and the auditors at once.",
  badSignature: "The log did not sign this checkpoint. Nothing was signed; tell the superior and the auditors.",
  forked: "The log is not the one you saw last, grown: it was rewritten. Nothing was signed; keep this page and tell the superior and the auditors at once.",
  unreachable: "The log could not be fetched or the signature not handed in. Nothing was changed; try again.",
  name: "A name must not be empty, nor hold blanks or plus signs.",
  exists: "This browser already holds a key of this bureau.",
  unconfirmed: "Before the first time, compare the log's key through another channel and tick the box.",
  made: "The key is made; its private half stays in this browser and nobody, not even this page, can read it. Next: register the public key.",
  never: "never cosigned yet",
  seen: ({ size }) => `last cosigned: ${size} entries`,
  signed: ({ origin, size, root }) => `Checked and cosigned: ${origin}, ${size} entries, root ${root}…`,
};
const WORDS = document.documentElement.lang === "en" ? EN : ZH;

const root = document.getElementById("witness");
const part = (name) => root.querySelector(`[data-part="${name}"]`);
const show = (name, shown) => {
  for (const one of root.querySelectorAll(`[data-part="${name}"]`)) one.hidden = !shown;
};

const say = (kind, ...lines) => {
  const box = part("said");
  box.className = `note ${kind}`;
  box.replaceChildren(...lines.map((line) => Object.assign(document.createElement("p"), { textContent: line })));
  box.hidden = false;
};

const fetched = async (path, more = {}) => {
  let answer;
  try {
    answer = await fetch(path, { cache: "no-store", credentials: "same-origin", ...more });
  } catch (error) {
    throw new Refusal("unreachable", String(error.message));
  }
  if (!answer.ok) throw new Refusal("unreachable", `${answer.status} ${(await answer.text()).slice(0, 200)}`);
  return answer;
};

const draw = (record, registered) => {
  show("none", !record);
  show("unregistered", Boolean(record) && !registered);
  show("ready", Boolean(record) && registered);
  if (!record) return;
  for (const one of root.querySelectorAll("[data-vkey]")) one.textContent = record.vkey;
  for (const one of root.querySelectorAll("input[name=vkey][type=hidden]")) one.value = record.vkey;
  const first = part("first");
  if (first) first.hidden = record.seen !== null;
  part("seen").textContent = record.seen ? WORDS.seen(record.seen) : WORDS.never;
};

const sign = async (record) => {
  const log = await (await fetched("/api/v1/log")).json();
  const note = await (await fetched("/api/v1/log/checkpoint")).text();
  if (!record.seen && !part("confirmed").checked) throw new Refusal("unconfirmed");
  const [old, size] = [record.seen?.size ?? 0, Number(note.split("\n")[1])];
  const steps = old > 0 && old < size ? `/api/v1/log/consistency?old=${old}&new=${size}` : null;
  const proof = steps ? (await (await fetched(steps)).json()).proof : [];
  const head = mayBeSigned(log.vkey, note, record.seen, proof);
  const clock = isSimulated(head) ? Date.parse(await (await fetched("/log/now")).text()) : Date.now();
  await remember(record, { log: log.vkey, size: head.size, root: head.root });
  const signed = await cosign(note, head.body, record.vkey, Math.floor(clock / 1000), signer(record));
  const headers = { "content-type": "text/plain; charset=utf-8", "x-csrf-token": root.dataset.csrf };
  const names = await (await fetched("/log/cosignatures", { method: "POST", body: signed, headers })).text();
  if (!names.split("\n").includes(record.name)) throw new Refusal("unreachable", names);
  return head;
};

const told = (error) => {
  if (error.code === "unconfirmed") return say("warn", WORDS.unconfirmed);
  if (error.name === "ConstraintError") return say("bad", WORDS.exists);
  const code = error instanceof Refusal ? error.code : "unreachable";
  say("bad", WORDS[code], error.got ?? String(error.message ?? error));
};

const busy = (button, act) => async () => {
  button.disabled = true;
  try {
    await act();
  } catch (error) {
    told(error);
  } finally {
    button.disabled = false;
  }
};

const begin = async () => {
  if (!(await able())) return show("unable", true);
  const id = root.dataset.bureau;
  const known = new Set(JSON.parse(root.dataset.known));
  let record = await kept(id);
  draw(record, record && known.has(record.vkey));
  const making = part("make"), signing = part("sign");
  making.addEventListener("click", busy(making, async () => {
    const name = part("name").value.trim();
    if (!isName(name)) return say("bad", WORDS.name);
    record = await make(id, name, vkeyOf);
    draw(record, false);
    say("good", WORDS.made);
  }));
  signing.addEventListener("click", busy(signing, async () => {
    const head = await sign(record);
    draw(record, true);
    say("good", WORDS.signed({ ...head, root: head.root.slice(0, 16) }));
  }));
  root.dataset.state = "begun";
};

begin().catch(told);
