// The phone's own store. One put is one transaction, written through to the disk before it counts.

const NAME = "shuangsui-field", VERSION = 1;
const STORES = ["meta", "keys", "records"];
let opened = null;

const done = (asked) => new Promise((good, bad) => { asked.onsuccess = () => good(asked.result); asked.onerror = () => bad(asked.error); });

export const open = () => opened ??= new Promise((good, bad) => {
  const asked = indexedDB.open(NAME, VERSION);
  asked.onupgradeneeded = () => STORES.forEach((name) => asked.result.createObjectStore(name));
  asked.onerror = () => { opened = null; bad(asked.error); };
  asked.onsuccess = () => {
    asked.result.onversionchange = () => { asked.result.close(); opened = null; };
    asked.result.onclose = () => { opened = null; };
    good(asked.result);
  };
});

export const get = async (store, key) => done((await open()).transaction(store).objectStore(store).get(key));
export const all = async (store) => done((await open()).transaction(store).objectStore(store).getAll());

/** Reads, lets `decide` say what to keep (undefined: nothing changes, null: delete), and keeps it, in one transaction. */
export const change = async (store, key, decide) => {
  const base = await open();
  return new Promise((good, bad) => {
    const work = base.transaction(store, "readwrite", { durability: "strict" }), there = work.objectStore(store);
    let kept, failed;
    const asked = there.get(key);
    asked.onsuccess = () => {
      try {
        kept = decide(asked.result);
        if (kept === null) there.delete(key);
        else if (kept !== undefined) there.put(kept, key);
      } catch (error) { failed = error; work.abort(); }
    };
    work.oncomplete = () => good(kept);
    work.onabort = () => bad(failed ?? work.error ?? new Error("aborted"));
  });
};
export const put = (store, key, value) => change(store, key, () => value);
export const drop = (store, key) => change(store, key, () => null);
