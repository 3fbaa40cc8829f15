// Shapes: functions (value, path) that throw a Fault naming the place of what does not fit.

import { textOrder, unbase64, utf8 } from "./bytes.js";
import { Fault, short } from "./fault.js";
import { moment, isDay } from "./moments.js";

const SAFE = Number.MAX_SAFE_INTEGER;

const bad = (value, path, zh, en) => {
  throw new Fault("BadField", { path, got: short(value), due: [zh, en || zh] });
};
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const isText = (value) => typeof value === "string";
const when = (holds, zh, en) => (value, path) => holds(value) || bad(value, path, zh, en);

/** True for a non-empty NFC text without control characters or comma, at most 65,535 bytes. */
export const isId = (value) =>
  isText(value) && value !== "" && value.length < 65536 && !/[\u0000-\u001f\u007f-\u009f,]/.test(value) &&
  value.normalize("NFC") === value && utf8(value).length < 65536;

export const text = when(isText, "文字", "text");
export const free = () => {};
export const id = when(isId, "非空、NFC、无控制字符、无逗号的编号", "a non-empty NFC id, no control characters, no comma");
export const hex = (size) =>
  when((v) => isText(v) && v.length === 2 * size && /^[0-9a-f]*$/.test(v), `${2 * size} 位小写十六进制`, `${2 * size} lower-case hex digits`);
export const HEX32 = hex(32);
export const integer = (low = 0, high = SAFE) =>
  when((v) => typeof v === "number" && Number.isSafeInteger(v) && v >= low && v <= high, `${low} 至 ${high} 的整数`, `an integer from ${low} to ${high}`);
export const choice = (...all) => when((v) => all.includes(v), `其中之一：${all.join(", ")}`, `one of ${all.join(", ")}`);
export const time = when((v) => isText(v) && moment(v) !== null, "RFC 3339 时间", "an RFC 3339 time");
export const utc = when((v) => isText(v) && v.endsWith("Z") && moment(v) !== null, "RFC 3339 协调世界时，以 Z 结尾", "an RFC 3339 time in UTC, ending in Z");
export const day = when((v) => isText(v) && isDay(v), "YYYY-MM-DD 日期", "a date YYYY-MM-DD");
export const share = when((v) => isText(v) && /^[0-9]{1,15}\/[0-9]{1,15}$/.test(v) && Number(v.split("/")[1]) > 0, "“p/q”形式的分数", 'a fraction "p/q"');
export const digits = (size) => when((v) => isText(v) && v.length === size && /^[0-9]*$/.test(v), `${size} 位数字`, `${size} decimal digits`);
export const base64 = (size) =>
  when((v) => isText(v) && (unbase64(v) || []).length === size, `Base64 编码的 ${size} 字节`, `base64 of ${size} bytes`);
export const object = when(isObject, "对象", "an object");
/** An id that does not begin with the sign of the excluded. */
export const reason = (value, path) => {
  id(value, path);
  if (value.startsWith("-")) bad(value, path, "不以“-”开头的编号", 'an id not beginning with "-"');
};

export const listing = (item, limit = 10_000_000, least = 0) => (value, path) => {
  if (!Array.isArray(value) || value.length < least || value.length > limit) {
    bad(value, path, `不超过 ${limit} 项的列表`, `a list of at most ${limit}`);
  }
  for (let i = 0; i < value.length; i++) item(value[i], `${path}[${i}]`);
};

export const row = (...items) => (value, path) => {
  if (!Array.isArray(value) || value.length !== items.length) {
    bad(value, path, `${items.length} 项的列表`, `a list of ${items.length}`);
  }
  for (let i = 0; i < items.length; i++) items[i](value[i], `${path}[${i}]`);
};

/** An object with exactly the fields of `must`, and of `may` those that are there. */
export const fields = (must, may = {}) => {
  const known = new Map([...Object.entries(must), ...Object.entries(may)]);
  return (value, path) => {
    object(value, path);
    for (const name of Object.keys(must)) {
      if (!(name in value)) throw new Fault("MissingField", { path, got: name });
    }
    for (const name of Object.keys(value)) {
      if (!known.has(name)) throw new Fault("UnknownField", { path, got: short(name) });
      known.get(name)(value[name], `${path}.${name}`);
    }
  };
};

/** An object whose keys are ids and whose values all have one shape. */
export const table = (item) => (value, path) => {
  object(value, path);
  for (const name of Object.keys(value)) {
    id(name, `${path}.${short(name)}`);
    item(value[name], `${path}.${short(name)}`);
  }
};

/** An object whose field `member` says which of the shapes it has. */
export const variants = (member, shapes) => {
  const which = choice(...Object.keys(shapes));
  return (value, path) => {
    object(value, path);
    if (!(member in value)) throw new Fault("MissingField", { path, got: member });
    which(value[member], `${path}.${member}`);
    shapes[value[member]](value, path);
  };
};

/** Refuse keys (texts, or rows of texts) that do not strictly ascend. */
export const ascending = (path, keys, compare = textOrder) => {
  for (let i = 1; i < keys.length; i++) {
    if (compare(keys[i - 1], keys[i]) >= 0) throw new Fault("NotAscending", { path, got: short(keys[i]) });
  }
};

/** Refuse a text that stands twice. */
export const distinct = (path, values) => {
  const seen = new Set();
  for (const value of values) {
    if (seen.has(value)) throw new Fault("NotAscending", { path, got: value });
    seen.add(value);
  }
};
