// Every visible word comes from the shell's template, in the shell's language.

const box = document.getElementById("words");
const known = Object.fromEntries([...(box?.content.children ?? [])].map((one) => [one.dataset.word, one.textContent.trim()]));

export const lang = document.documentElement.lang.startsWith("en") ? "en" : "zh";

/** The words of a name, with `{facts}` put in; a name nobody wrote words for is a mistake of ours. */
export const word = (name, facts = {}) => {
  if (!(name in known)) throw new Error(`no words for ${name}`);
  return known[name].replace(/\{(\w+)\}/g, (_, fact) => String(facts[fact] ?? ""));
};
export const spoken = (both) => both?.[lang] ?? "";
