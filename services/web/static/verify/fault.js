// What went wrong, and what could not be checked: a code of `words.js` and its facts.

/** A step failed. */
export class Fault extends Error {
  constructor(code, facts = {}) {
    super(code);
    this.code = code;
    this.facts = facts;
  }
}

/** The input is no bundle, or no trust file: an error of its own, never a verdict. */
export class Unreadable extends Fault {}

/** A step cannot be done; it is never reported as passed. */
export class NotChecked extends Error {
  constructor(reason, facts = {}) {
    super(reason);
    this.reason = reason;
    this.facts = facts;
  }
}

/** A value as it came, cut to 80 characters. */
export const short = (value) => {
  const text = typeof value === "string" ? value : JSON.stringify(value) || String(value);
  return text.length > 80 ? text.slice(0, 79) + "…" : text;
};
