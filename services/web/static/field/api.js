// One request, and what it means for whoever waits: ok, login (sign in again), later (try again), refused (with a sentence).

const PATIENCE = 60_000;
const AGAIN = new Set([408, 425, 429]);
const PASSING = new Set(["KeyBusy", "CsrfRefused"]); // refused for now, not for what it says

const waitOf = (answer) => {
  const said = answer.headers.get("retry-after");
  if (!said) return 0;
  return (/^\d+$/.test(said) ? Number(said) * 1000 : Date.parse(said) - Date.now()) || 0;
};

/** {kind, status, body, wait}: `wait` is the server's own wish in milliseconds, 0 without one. */
export const ask = async (method, path, { json, bytes, type, headers = {}, csrf = "" } = {}) => {
  const heads = { accept: "application/json", ...headers };
  if (csrf) heads["x-csrf-token"] = csrf;
  if (json !== undefined || type) heads["content-type"] = type ?? "application/json";
  const stop = new AbortController(), timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const asked = Date.now();
    const answer = await fetch(path, {
      method, headers: heads, cache: "no-store", credentials: "same-origin", redirect: "manual", signal: stop.signal,
      body: json !== undefined ? JSON.stringify(json) : bytes,
    });
    const plain = (answer.headers.get("content-type") ?? "").includes("json");
    const body = plain ? await answer.json() : null;
    const found = { status: answer.status, body, wait: waitOf(answer), middle: (asked + Date.now()) / 2 };
    if (answer.ok && plain) return { kind: "ok", ...found };
    if (answer.status === 401) return { kind: "login", ...found };
    // a page where data was asked for: the login page of a guest network, or a gateway's own error
    if (!plain || answer.status >= 500 || AGAIN.has(answer.status) || PASSING.has(body?.code)) return { kind: "later", ...found };
    return { kind: "refused", ...found };
  } catch {
    return { kind: "later", status: 0, body: null, wait: 0, middle: Date.now() };
  } finally { clearTimeout(timer); }
};
