// The bar of a file the worker has: moved by the server, the page reloads when it is done. Without it the
// page reloads by itself.

const box = document.getElementById("progress");
const bar = box?.querySelector("progress");
const said = box?.querySelector("[data-said]");
let source = null;

const show = ({ stage, done, total }) => {
  const words = box.dataset[stage] ?? box.dataset.queue;
  const counted = total > 0;
  if (counted) {
    bar.max = total;
    bar.value = done;
  } else bar.removeAttribute("value");
  const text = counted ? `${words} ${done} / ${total} ${box.dataset.unit}` : words;
  if (said.textContent !== text) said.textContent = text;
};
const follow = () => {
  source = new EventSource(box.dataset.follow);
  source.addEventListener("shown", (event) => show(JSON.parse(event.data)));
  source.addEventListener("over", () => {
    source.close();
    location.reload();
  });
  source.onerror = () => {
    said.textContent = box.dataset.lost;
    if (source.readyState === EventSource.CLOSED) setTimeout(follow, 5000); // the server said no
  };
};

if (box) follow();
addEventListener("pagehide", () => source?.close());
addEventListener("pageshow", (event) => event.persisted && location.reload());
