// Elements with text; nothing that was read is ever taken as markup.

/** An element: attributes by name, then texts and elements within. */
export const make = (name, attributes = {}, ...inside) => {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...inside);
  return node;
};

export const tag = (words, kind) => make("span", { class: `tag ${kind}` }, words);

/** <dl> of [name, value] pairs; empty values are left out. */
export const facts = (pairs) => {
  const list = make("dl", { class: "facts" });
  for (const [name, value] of pairs) if (value) list.append(make("dt", {}, name), make("dd", {}, ...[value].flat()));
  return list;
};

const STATES = {
  passed: ["good", "通过", "passed"],
  failed: ["bad", "未通过", "failed"],
  not_checked: ["warn", "未核验", "not checked"],
};

/** A line of the numbered steps. */
export const stepLine = ({ id, status, detail, words }, lang) => {
  const [kind, ...names] = STATES[status], state = names[lang === "en" ? 1 : 0];
  const said = make("div", {}, words);
  if (detail && detail !== state) said.append(make("span", { class: "cite" }, ` ${detail}`));
  return make("li", {}, make("b", {}, id), tag(state, kind), said);
};
