// RFC 3339 texts as nanoseconds since 1970 (BigInt), so that times compare without rounding.

const MOMENT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

export const SECOND = 1_000_000_000n;

/** Days since 1970 of a date of the calendar; null when there is no such day. */
const days = (year, month, date) => {
  const moment = new Date(0);
  moment.setUTCFullYear(year, month - 1, date);
  const real = moment.getUTCMonth() === month - 1 && moment.getUTCDate() === date && year >= 1;
  return real ? Math.round(moment.getTime() / 86_400_000) : null;
};

/** Nanoseconds since 1970 (UTC); null for anything else, leap seconds and "-00:00" included. */
export const moment = (text) => {
  const match = MOMENT.exec(text);
  if (!match || match[8] === "-00:00") return null;
  const [year, month, date, hour, minute, second] = match.slice(1, 7).map(Number);
  const day = days(year, month, date);
  if (day === null || hour > 23 || minute > 59 || second > 59) return null;
  const zone = match[8];
  const shift = zone === "Z" ? 0 : Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  const minutes = day * 1440 + hour * 60 + minute - (zone[0] === "-" ? -shift : shift);
  return BigInt(minutes * 60 + second) * SECOND + BigInt((match[7] || "").padEnd(9, "0"));
};

/** True for a date YYYY-MM-DD of the calendar. */
export const isDay = (text) => {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  return match !== null && days(...match.slice(1).map(Number)) !== null;
};
