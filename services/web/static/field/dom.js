// Screens are the shell's templates, filled in; nothing here writes markup.

export const made = (name) => document.getElementById(name).content.firstElementChild.cloneNode(true);
export const at = (box, name) => box.querySelector(`[data-at~="${name}"]`);
/** Puts texts into a screen by name; empty ones take their whole line away. */
export const fill = (box, texts) => {
  for (const [name, value] of Object.entries(texts)) {
    for (const place of box.querySelectorAll(`[data-at~="${name}"]`)) {
      place.textContent = value ?? "";
      (place.closest("[data-line]") ?? place).hidden = value === "" || value === null || value === undefined;
    }
  }
  return box;
};
export const on = (box, acts) => {
  for (const [name, act] of Object.entries(acts)) box.querySelectorAll(`[data-act="${name}"]`).forEach((one) => one.addEventListener("click", act));
  return box;
};
export const show = (box) => {
  const main = document.getElementById("main");
  main.replaceChildren(box);
  scrollTo(0, 0);
  box.querySelector("h1")?.focus({ preventScroll: true });
  return box;
};
export const note = (text, look = "warn") => {
  const place = document.getElementById("note");
  place.textContent = text;
  place.className = `note ${look}`;
  place.hidden = !text;
};
/** A question in the page's own dialog; true when the first button was taken, with the form's values in `given`. */
export const asked = (name, texts = {}, given = {}) => new Promise((good) => {
  const box = fill(made(name), texts);
  document.body.append(box);
  box.addEventListener("close", () => {
    for (const input of box.querySelectorAll("input")) given[input.name] = input.value;
    const yes = box.returnValue === "yes";
    box.remove();
    good(yes);
  });
  box.showModal();
});
