// A page that is one step behind reloads itself; what somebody is typing is never taken away.

const box = document.getElementById("followed");
const typing = () => [...document.querySelectorAll("main input:not([type=hidden]), main textarea")].some((one) => one.value);
let source = null;

const moved = (event) => {
  if (event.data === box.dataset.mark) return;
  if (typing()) box.textContent = box.dataset.moved;
  else location.reload();
};
const follow = () => {
  source = new EventSource(box.dataset.follow);
  source.onopen = () => (box.textContent = box.dataset.live);
  source.addEventListener("shown", moved);
  source.addEventListener("over", (event) => {
    source.close();
    source = null;
    moved(event);
  });
  source.onerror = () => {
    box.textContent = box.dataset.lost;
    if (source?.readyState === EventSource.CLOSED) setTimeout(() => source && follow(), 5000); // the server said no
  };
};

if (box?.dataset.follow) follow();
addEventListener("pagehide", () => source?.close());
addEventListener("pageshow", (event) => event.persisted && location.reload()); // back button: what is the case now
