// The ceremony page: follows the draw, keeps what is being typed, makes and hands over the own secret.
// The server decides every step; this only shows it at once. Without it the page works by reloading.

import { hex, unhex } from "../verify/bytes.js";
import { able, commitment, kept, made, sealed, spoken } from "../witness/secret.js";

const rite = document.getElementById("rite");
const said = document.getElementById("rite-said");
const { bureau, draw, suite, role, escrow, address } = rite.dataset;
const id = `${location.origin}/${bureau}/${draw}/desk/${role}`; // one secret a draw and a part, apart from an invited witness's
const within = (name) => rite.querySelector(`#rite-own [data-part="${name}"]`);

const say = (text) => {
  const box = within("said");
  box.className = "note bad";
  box.textContent = text;
  box.hidden = false;
};

const committing = async (form) => {
  if (!(await able())) {
    within("unable").hidden = false;
    return;
  }
  const button = within("make");
  button.disabled = false;
  form.addEventListener("submit", async (event) => {
    if (form.elements.c.value) return;
    event.preventDefault();
    button.disabled = true;
    try {
      const record = await made(id);
      form.elements.copy.value = await sealed(unhex(escrow), bureau, Number(draw), record.key, role);
      form.elements.c.value = commitment(Number(suite), bureau, Number(draw), record.key, role);
      form.submit();
    } catch (error) {
      button.disabled = false;
      say(`${rite.dataset.kept}${error.message ?? error}`);
    }
  });
};

const revealing = async (form) => {
  const record = await kept(id).catch(() => undefined);
  const own = record && commitment(Number(suite), bureau, Number(draw), record.key, role) === rite.dataset.commit;
  if (own) {
    form.elements.key.closest("label").hidden = true;
    form.elements.key.required = false;
  }
  form.addEventListener("submit", (event) => {
    const typed = form.elements.digits?.value.replace(/\s+/g, "");
    if (typed !== undefined && spoken(Number(suite), typed) !== rite.dataset.r) {
      event.preventDefault();
      say(rite.dataset.differs);
      return;
    }
    if (own && !form.elements.key.value) form.elements.key.value = hex(record.key);
  });
};

// A second click sends nothing; the server would not do it twice either.
const once = (form) => {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (sent) event.preventDefault();
    else setTimeout(() => (sent = !event.defaultPrevented), 0); // a later listener may still hold it back
  });
};

const begin = () => {
  for (const [name, act] of [["commit", committing], ["reveal", revealing]]) {
    const form = within(name);
    if (form) act(form);
  }
  for (const form of rite.querySelectorAll("#rite-own form")) once(form);
};

const two = (n) => String(n).padStart(2, "0");
const begun = performance.now();
const tick = () => {
  const now = Number(rite.dataset.now) + (performance.now() - begun) / 1000;
  for (const clock of rite.querySelectorAll(".hall-clock")) {
    const left = Math.max(0, Math.round(Number(clock.dataset.at) - now));
    clock.textContent = left ? `${Math.floor(left / 3600)}:${two(Math.floor(left / 60) % 60)}:${two(left % 60)}` : said.dataset.due;
  }
};

const lost = () => {
  rite.dataset.lost = "1";
  said.textContent = said.dataset.lost;
};
const found = () => {
  delete rite.dataset.lost;
  said.textContent = rite.dataset.follow ? said.dataset.live : said.dataset.over;
};

// What is being typed stays: the own step is replaced only when it is another one.
const put = (next) => {
  const mine = rite.querySelector("#rite-own");
  const theirs = next.querySelector("#rite-own");
  const other = mine.dataset.own !== theirs.dataset.own || theirs.dataset.own === "";
  for (const part of ["rite-steps", "rite-stage", ...(other ? ["rite-own"] : [])]) {
    rite.querySelector(`#${part}`).replaceWith(next.querySelector(`#${part}`));
  }
  for (const name of ["mark", "suite", "escrow", "commit", "r", "beacon"]) rite.dataset[name] = next.dataset[name];
  rite.querySelector("#rite-stage").classList.add("fresh");
  if (!next.dataset.follow) delete rite.dataset.follow;
  if (other) begin();
  tick();
};

const renew = async () => {
  const answer = await fetch(address, { cache: "no-store", redirect: "manual" });
  if (!answer.ok) {
    location.reload(); // the session ended: the login page comes, and then this one
    return;
  }
  const next = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("rite");
  if (next && next.dataset.mark !== rite.dataset.mark) put(next);
  found();
};

let source = null;
const stop = () => {
  source?.close();
  source = null;
};
const follow = () => {
  source = new EventSource(`${address}/events`);
  source.onopen = found;
  const moved = (event) => {
    if (event.data !== rite.dataset.mark) renew().catch(lost);
    if (event.type === "over") stop();
  };
  source.addEventListener("shown", moved);
  source.addEventListener("over", moved);
  source.onerror = () => {
    lost();
    if (source?.readyState === EventSource.CLOSED) setTimeout(() => source && follow(), 5000); // the server said no
  };
};

begin();
setInterval(tick, 500);
tick();
if (rite.dataset.follow) follow();
addEventListener("pagehide", stop);
addEventListener("pageshow", (event) => event.persisted && location.reload()); // back button: what is the case now
rite.dataset.state = "begun";
