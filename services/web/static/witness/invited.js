// The invited witness's page: makes the secret, checks the called digits before telling it, signs the minutes.

import { hex, unhex } from "../verify/bytes.js";
import { able, commitment, kept, made, sealed, signed, spoken } from "./secret.js";

const root = document.getElementById("invited");
const { bureau, draw, suite, escrow, r, beacon, commit } = root.dataset;
const id = `${location.origin}/${bureau}/${draw}`;
const part = (name) => root.querySelector(`[data-part="${name}"]`);

const ZH = {
  kept: "没有提交：",
  differs: "您填写的数字与公开日志中的 R 不符。秘密没有交出。请核对是否抄错；确属录入了别的数字的，不要交出秘密，立即报告。",
  elsewhere: "请在提交承诺的同一设备、同一浏览器中确认纪要。",
};
const EN = {
  kept: "Not committed: ",
  differs: "The digits you entered do not lead to the R of the public log. The secret was not handed over. See whether you mistyped; if other digits were entered in the log, do not hand it over and report it at once.",
  elsewhere: "Confirm the minutes on the device and in the browser you committed with.",
};
const words = document.documentElement.lang === "en" ? EN : ZH;

const say = (kind, text) => {
  const box = part("said");
  box.className = `note ${kind}`;
  box.textContent = text;
  box.hidden = false;
};

const committing = async (form) => {
  const button = part("make");
  if (!(await able())) {
    part("unable").hidden = false;
    return;
  }
  button.disabled = false;
  form.addEventListener("submit", async (event) => {
    if (form.elements.c.value) return;
    event.preventDefault();
    button.disabled = true;
    try {
      const record = await made(id);
      form.elements.copy.value = await sealed(unhex(escrow), bureau, Number(draw), record.key);
      form.elements.device_key.value = record.device;
      form.elements.c.value = commitment(Number(suite), bureau, Number(draw), record.key);
      form.submit();
    } catch (error) {
      button.disabled = false;
      say("bad", `${words.kept}${error.message ?? error}`);
    }
  });
};

const revealing = async (form) => {
  const record = await kept(id);
  const own = record && commitment(Number(suite), bureau, Number(draw), record.key) === commit;
  if (own) form.elements.key.closest("label").hidden = true;
  if (own) form.elements.key.required = false;
  form.addEventListener("submit", (event) => {
    const digits = form.elements.digits?.value.replace(/\s+/g, "") ?? "";
    if (beacon === "spoken" && spoken(Number(suite), digits) !== r) {
      event.preventDefault();
      say("bad", words.differs);
      return;
    }
    if (own && !form.elements.key.value) form.elements.key.value = hex(record.key);
  });
};

const signing = (form) => {
  if (!form.dataset.key) return;
  form.addEventListener("submit", async (event) => {
    if (form.elements.sig.value) return;
    event.preventDefault();
    const record = await kept(id);
    if (!record || record.device !== form.dataset.key) {
      say("bad", words.elsewhere);
      return;
    }
    form.elements.sig.value = await signed(record, form.elements.h.value);
    form.submit();
  });
};

for (const [name, begin] of [["commit", committing], ["reveal", revealing], ["sign", signing]]) {
  const form = part(name);
  if (form) begin(form);
}
root.dataset.state = "begun";
