// Small ways to build the page. Nothing here takes HTML text, so nothing a merchant wrote can become markup.

let icons = "";

export function useIcons(address) {
  icons = address;
}

/** An element: `h("p", { class: "soft", onclick }, "text", child)`. Attributes that are false or null are left out. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(space, "svg");
  picture.setAttribute("class", "icon");
  picture.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `${icons}#${name}`);
  picture.append(use);
  return picture;
}

/** A select. `groups` is a list of [label, [[value, text], ...]]; an empty label makes no group. */
export function select(attributes, groups, value, change) {
  const options = ([code, text]) => h("option", { value: code, selected: code === value }, text);
  const inside = groups.map(([label, pairs]) =>
    label ? h("optgroup", { label }, ...pairs.map(options)) : pairs.map(options),
  );
  return h("select", { class: "input", ...attributes, onchange: (event) => change(event.target.value) }, ...inside.flat());
}

export function button(attributes, picture, label) {
  return h("button", { type: "button", class: "button button-quiet button-icon button-small", "aria-label": label, title: label, ...attributes }, icon(picture));
}

let isPressed = false;
document.addEventListener("pointerdown", () => (isPressed = true), true);
for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => (isPressed = false), true);

/** Do something that may move the page, but not while a pointer is down: the click would miss its button. */
export function calmly(action) {
  if (isPressed) document.addEventListener("pointerup", () => setTimeout(action), { once: true });
  else setTimeout(action);
}
