// Wires the app: address → screen, network → queue, a new version → a line that offers it.

import * as clock from "./clock.js";
import { note } from "./dom.js";
import * as form from "./form.js";
import * as person from "./person.js";
import * as queue from "./queue.js";
import * as records from "./records.js";
import * as screens from "./screens.js";
import * as tasks from "./tasks.js";
import { lang, word } from "./words.js";

const WISH = "field-lang";
let who = null, kept = null, taken = false;

const counted = async () => {
  const open = (await records.mine(who)).filter((row) => row.state !== "done").length;
  const place = document.getElementById("count");
  place.textContent = open || "";
  place.hidden = !open;
};
const shown = async () => {
  const [, screen = "", ...rest] = location.hash.split("/");
  document.querySelectorAll("nav a[data-screen]").forEach((one) => one.toggleAttribute("aria-current", one.dataset.screen === screen));
  if (screen === "record" && who && rest.length >= 3) { await form.open(who, kept, rest.slice(0, 3).join("/"), rest[3]); await counted(); return; }
  await form.leave();
  if (screen === "queue") await screens.queue(who); else await screens.tasks(who, kept, download);
  await counted();
};
const listing = () => !location.hash.startsWith("#/record/");

const state = (met) => {
  const line = document.getElementById("net");
  const kind = navigator.onLine === false || (met?.kind === "later" && !met.problem) ? "offline" : met?.kind === "login" ? "login" : met?.kind === "ok" ? "online" : "away";
  line.textContent = word(`net-${kind}`);
  line.className = `net ${kind}`;
  document.getElementById("login").hidden = kind !== "login" || !who;
  document.getElementById("who").textContent = who ? [who.name, who.place].filter(Boolean).join(" · ") : "";
  document.getElementById("leave").hidden = !who;
  const odd = Math.abs(clock.difference()) > clock.ODD && !who?.simulated, box = document.getElementById("clock");
  box.hidden = !odd;
  if (odd) box.textContent = word(clock.difference() > 0 ? "clock-behind" : "clock-ahead", { minutes: Math.round(Math.abs(clock.difference()) / 60_000) });
};

async function download() {
  if (!who) return;
  note(word("fetching"), "plain");
  const answer = await tasks.download(who);
  kept = await tasks.kept(who);
  note(answer.kind === "ok" ? "" : answer.body?.detail || word("not-fetched"), "warn");
  if (listing()) await shown();
}

queue.heard(async ({ met, row }) => {
  if (met) {
    const before = who?.owner;
    who = met.who ?? null;
    if (before !== who?.owner) { kept = await tasks.kept(who); if (before || listing()) location.hash = "#/"; await shown(); }
    state(met);
    if (met.kind === "ok" && before !== who.owner) await download();
  }
  if (row) { await counted(); if (listing()) await shown(); }
});

const offered = (worker) => {
  const box = document.getElementById("newer");
  box.hidden = false;
  box.querySelector("button").addEventListener("click", async () => { taken = true; await form.leave(); worker.postMessage("take"); }, { once: true });
};
const installed = async () => {
  if (!("serviceWorker" in navigator)) return;
  const found = await navigator.serviceWorker.register("/field/app/worker.js", { scope: "/field/app", updateViaCache: "none" });
  if (found.waiting && navigator.serviceWorker.controller) offered(found.waiting);
  found.addEventListener("updatefound", () => {
    const worker = found.installing;
    worker?.addEventListener("statechange", () => worker.state === "installed" && navigator.serviceWorker.controller && offered(worker));
  });
  navigator.serviceWorker.addEventListener("controllerchange", () => taken && location.reload());
  addEventListener("online", () => found.update().catch(() => null));
};

const speak = () => {
  document.getElementById("speak").addEventListener("click", (event) => localStorage.setItem(WISH, event.currentTarget.dataset.lang));
  const wish = localStorage.getItem(WISH);
  if (wish === "en" && lang === "zh") { location.replace(document.getElementById("speak").href); return true; }
  return false;
};
const begun = async () => {
  await clock.begin();
  who = (await person.known()) ?? null;
  kept = await tasks.kept(who);
  await shown();
  state(null);
  document.documentElement.dataset.ready = "yes";
  performance.mark("ready");
  document.getElementById("leave").addEventListener("submit", async (event) => {
    event.preventDefault();
    await form.leave();
    const met = await person.meet();
    await person.wipe();
    event.target.elements.csrf_token.value = person.token();
    if (met.kind === "ok") event.target.submit(); else { who = kept = null; await shown(); state(met); note(word("left-offline")); }
  });
  addEventListener("hashchange", shown);
  addEventListener("online", () => state(null));
  addEventListener("offline", () => state(null));
  await queue.begin();
  if (who && kept === null) await download();
};

if (!speak()) { begun().catch((error) => { note(word("no-store"), "bad"); throw error; }); installed().catch(() => null); }
