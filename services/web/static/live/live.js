// Keeps the hall's screen up to date. The server draws every picture; here one is put in place of another.

const box = document.getElementById("live");
const said = document.getElementById("hall-said");
const button = (name) => document.querySelector(`[data-act="${name}"]`);
const address = box.dataset.address;
const pause = Number(new URLSearchParams(location.search).get("pause")) || 4000; // ms a step of the replay stays
let source = null;

const stageIn = (html) => new DOMParser().parseFromString(html, "text/html").querySelector(".hall-stage");

const put = (stage) => {
  if (!stage || stage.dataset.mark === box.querySelector(".hall-stage").dataset.mark) return;
  stage.classList.add("fresh");
  box.replaceChildren(stage);
  box.dataset.step = stage.dataset.step;
  box.dataset.of = stage.dataset.of;
};

const ZH = {
  due: "时间已到", live: "正在直播，有进展时自动更新", over: "本次抽取已经结束",
  lost: "连接中断，正在重新连接；画面可能不是最新", stuck: "回放中断：取不到下一步，请重试",
  step: (step, of) => `回放：第 ${step} 步，共 ${of} 步`, end: (of) => `回放结束，共 ${of} 步`,
};
const EN = {
  due: "now", live: "Live: it updates by itself", over: "This draw is over",
  lost: "Disconnected, connecting again; what is shown may be old", stuck: "The next step could not be fetched; try again",
  step: (step, of) => `Replay: step ${step} of ${of}`, end: (of) => `End of the replay, ${of} steps`,
};
const words = document.documentElement.lang === "en" ? EN : ZH;

// A moment is waited for by the server's clock, as it stood when the page came.
const begun = performance.now();
const two = (n) => String(n).padStart(2, "0");
const tick = () => {
  const clock = box.querySelector(".hall-clock");
  if (!clock) return;
  const now = Number(box.dataset.now) + (performance.now() - begun) / 1000;
  const left = Math.max(0, Math.round(Number(clock.dataset.at) - now));
  clock.textContent = left ? `${Math.floor(left / 3600)}:${two(Math.floor(left / 60) % 60)}:${two(left % 60)}` : words.due;
};

const stop = () => {
  source?.close();
  source = null;
};

const follow = () => {
  source = new EventSource(`${address}/events`);
  source.onopen = () => {
    delete box.dataset.lost;
    said.textContent = words.live;
  };
  source.addEventListener("shown", (event) => put(stageIn(event.data)));
  source.addEventListener("over", (event) => {
    put(stageIn(event.data));
    said.textContent = words.over;
    stop();
  });
  source.onerror = () => {
    box.dataset.lost = "1";
    said.textContent = words.lost;
    if (source?.readyState === EventSource.CLOSED) setTimeout(() => source && follow(), 5000); // the server said no
  };
};

const wait = (ms) => new Promise((done) => setTimeout(done, ms));
let replaying = 0;

const replay = async () => {
  const mine = ++replaying;
  stop();
  const of = Number(box.dataset.of);
  for (let step = 0; step <= of; step += 1) {
    let answer;
    try {
      answer = await fetch(`${address}/live?step=${step}`, { cache: "no-store" });
    } catch {
      answer = { ok: false };
    }
    if (mine !== replaying) return;
    if (!answer.ok) {
      said.textContent = words.stuck;
      return;
    }
    put(stageIn(await answer.text()));
    said.textContent = words.step(step, of);
    if (step < of) await wait(pause);
    if (mine !== replaying) return;
  }
  said.textContent = words.end(of);
};

button("replay").hidden = Number(box.dataset.of) === 0;
button("replay").addEventListener("click", replay);
button("wall").hidden = !box.requestFullscreen;
button("wall").addEventListener("click", () => box.requestFullscreen());
setInterval(tick, 500);
tick();
if (box.dataset.follow) follow();
addEventListener("pagehide", stop);
