// What the phone gives: photos made smaller on the phone, a position with its accuracy, a signature.

import * as clock from "./clock.js";
import { sha256 } from "./vault.js";

const LONGEST = 1600, QUALITY = 0.82, LISTEN = 20_000, GOOD = 30;
export class NotAPhoto extends Error {}

const bytesOf = (canvas, type) => new Promise((good, bad) => canvas.toBlob(async (blob) => (blob ? good(await blob.arrayBuffer()) : bad(new NotAPhoto())), type, QUALITY));
const drawn = (picture) => {
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
};
const described = async (buffer, facts) => ({ buffer, file: { sha256: await sha256(buffer), size: buffer.byteLength, at: new Date(clock.now()).toISOString(), ...facts } });

/** A photo, smaller and upright, with its hash; the file's own hidden data is left behind, time and place are kept beside it. */
export const photo = async (given, fix) => {
  let picture;
  try { picture = await createImageBitmap(given, { imageOrientation: "from-image" }); } catch { throw new NotAPhoto(); }
  try {
    const buffer = await bytesOf(drawn(picture), "image/jpeg");
    return await described(buffer, { kind: "photo", type: "image/jpeg", words: "", fix });
  } finally { picture.close(); }
};
/** Shows a photo on a canvas: the page's policy allows no picture from anywhere but the server. */
export const thumb = async (canvas, blob) => {
  const picture = await createImageBitmap(blob), scale = Math.min(1, 640 / picture.width);
  Object.assign(canvas, { width: Math.max(1, picture.width * scale), height: Math.max(1, picture.height * scale) });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
};
/** What was drawn on a canvas by somebody, as a signature; who signed and when stands below the strokes. */
export const signature = async (canvas, by, words, name) => {
  const whole = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height + 40 }), pen = whole.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, whole.width, whole.height);
  pen.drawImage(canvas, 0, 0);
  Object.assign(pen, { fillStyle: "#111", font: "22px sans-serif" });
  pen.fillText(`${words || name} ${clock.local().replace("T", " ")}`, 12, canvas.height + 28, whole.width - 24);
  return described(await bytesOf(whole, "image/png"), { kind: "signature", type: "image/png", by, words: words || name, fix: null });
};

/** The best position within some seconds; `heard` sees each better one. Rejects with the phone's own code. */
export const position = (heard) => new Promise((good, bad) => {
  if (!navigator.geolocation) { bad({ code: 2 }); return; }
  let best = null, watch = 0;
  const end = (error) => {
    clearTimeout(timer);
    navigator.geolocation.clearWatch(watch);
    if (best) good(best); else bad(error);
  };
  const timer = setTimeout(() => end({ code: 3 }), LISTEN);
  watch = navigator.geolocation.watchPosition(({ coords, timestamp }) => {
    const fix = { lon: coords.longitude, lat: coords.latitude, accuracy: Math.ceil(coords.accuracy), at: new Date(timestamp + clock.difference()).toISOString(), device: new Date().toISOString() };
    if (!best || fix.accuracy < best.accuracy) heard((best = fix));
    if (best.accuracy <= GOOD) end();
  }, end, { enableHighAccuracy: true, maximumAge: 0, timeout: LISTEN });
});

/** Lets somebody sign on a canvas with a finger; `done` is called whenever the finger is lifted. */
export const pad = (canvas, done) => {
  const pen = canvas.getContext("2d"), ratio = Math.min(2, devicePixelRatio || 1);
  const clear = () => {
    canvas.width = canvas.clientWidth * ratio;
    canvas.height = canvas.clientHeight * ratio;
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    Object.assign(pen, { lineWidth: 3 * ratio, lineCap: "round", lineJoin: "round", strokeStyle: "#111" });
  };
  const at = (event) => [event.offsetX * ratio, event.offsetY * ratio];
  let down = false;
  canvas.addEventListener("pointerdown", (event) => { down = true; canvas.setPointerCapture(event.pointerId); pen.beginPath(); pen.moveTo(...at(event)); });
  canvas.addEventListener("pointermove", (event) => { if (down) { pen.lineTo(...at(event)); pen.stroke(); } });
  const up = () => { if (down) { down = false; done(); } };
  canvas.addEventListener("pointerup", up);
  canvas.addEventListener("pointercancel", up);
  clear();
  return clear;
};
