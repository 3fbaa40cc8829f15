// From the fields of the form to what the server takes; and what is still missing, step by step.

import { moment } from "./clock.js";

const said = (fields, name) => (fields[name] ?? "").trim();
export const itemsOf = (form) => form.groups.flatMap((group) => group.items.map((item) => item.id));
export const present = (record) => Object.keys(record.present);

/** The body of the record as the API describes it. */
export const bodyOf = ({ form, fields: typed, fix, files, ...record }) => {
  const none = record.short ? Object.fromEntries(itemsOf(form).map((id) => [`answer.${id}`, "not_applicable"])) : {};
  const fields = { ...typed, ...none }; // where nothing could be inspected, nothing is applicable: the person said so with the short path
  const items = itemsOf(form).filter((id) => fields[`answer.${id}`]);
  const faults = items.filter((id) => fields[`answer.${id}`] === "fault");
  return {
    started_at: moment(fields.started_at),
    ended_at: moment(fields.ended_at),
    present: present(record),
    answers: Object.fromEntries(items.map((id) => [id, { answer: fields[`answer.${id}`], words: said(fields, `words.${id}`) }])),
    result: fields.result ?? "",
    narrative: said(fields, "narrative"),
    orders: faults.map((id) => ({ item: id, measures: said(fields, `measures.${id}`), due: fields[`due.${id}`] })),
    fix: fix && { lon: fix.lon, lat: fix.lat, accuracy: fix.accuracy, at: fix.at },
    place_reason: said(fields, "place_reason"),
    attachments: files.map((one) => one.sha256),
    form_version: form.version ?? "",
  };
};

/** The steps of a record: arrival, each group of questions unless nothing could be inspected, photos, result, signatures. */
export const stepsOf = ({ form, short }) => ["arrival", ...(short ? [] : form.groups.map((group) => `group:${group.id}`)), "photos", "result", "sign"];

const METRES = 111_320;
/** Metres between the position and the site, null when either is unknown. */
export const away = ({ fix, task }) => {
  if (!fix || !task.point) return null;
  const [lon, lat] = task.point.wgs84, narrow = Math.cos((lat * Math.PI) / 180);
  return Math.hypot((fix.lon - lon) * METRES * narrow, (fix.lat - lat) * METRES);
};
export const outside = (record) => (away(record) ?? 0) > record.task.fence_m;

const arrival = (record) => {
  const { fields, task, form } = record, there = present(record);
  const count = (team) => team.filter((one) => there.includes(one.certificate)).length;
  return [
    !fields.started_at && "started_at",
    (count(task.team) < form.officers || (task.partner && count(task.partner.team) < form.officers)) && "present",
    (!record.fix || outside(record)) && !said(fields, "place_reason") && "place_reason",
  ];
};
const question = (fields, id) => {
  const answer = fields[`answer.${id}`];
  if (answer !== "fault") return [!answer && `answer.${id}`];
  return ["words", "measures", "due"].map((part) => !said(fields, `${part}.${id}`) && `${part}.${id}`);
};
const result = ({ fields }) => [!fields.result && "result", !said(fields, "narrative") && "narrative", !(fields.ended_at > fields.started_at) && "ended_at"];
const signed = (record) => {
  const by = new Set(record.files.filter((one) => one.kind === "signature").map((one) => one.by));
  const firm = record.short || by.has("enterprise") || (said(record.fields, "refusal") && by.has("witness"));
  return [...present(record).filter((one) => !by.has(one)).map((one) => `sign.${one}`), !firm && "sign.enterprise"];
};

const shown = ({ short, files }) => [short && !files.some((one) => one.kind === "photo") && "photo"];

/** Names of what a step still wants, in the order of the page; a photo is wanted where nothing could be inspected. */
export const missing = (record, step) => {
  const [kind, group] = step.split(":");
  const asked = { arrival, result, sign: signed, photos: shown }[kind];
  const found = asked ? asked(record) : record.form.groups.find((one) => one.id === group).items.flatMap((item) => question(record.fields, item.id));
  return found.filter(Boolean);
};
