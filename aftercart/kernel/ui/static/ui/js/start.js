// Loads a module when the page has something for it, now or after a fragment arrived.

const modules = {
  "[data-menu]": "menu",
  "[data-theme-choice]": "theme",
  "[data-messages]": "toast",
  "[data-dialog], dialog": "dialog",
  "[data-confirm]": "confirm",
  "[data-copy]": "copy",
  "[data-tabs]": "tabs",
  "[data-autosubmit]": "autosubmit",
  "[data-once]": "once",
  "[data-file-drop]": "file-drop",
  "[data-shortcut], [data-shortcut-help]": "shortcuts",
  "[data-chart]": "chart",
  "[data-tooltip]": "tooltip",
  "[data-check-all]": "check-all",
  ".error-summary": "error-summary",
};
const htmxMarks = "[hx-get], [hx-post], [hx-put], [hx-patch], [hx-delete], [hx-boost]";
const own = document.querySelector("script[data-htmx]");

/** The desk brings htmx along; other pages get it when they need it. It starts itself only on a finished page. */
function loadHtmx() {
  const address = own.dataset.htmx;
  own.removeAttribute("data-htmx");
  if (window.htmx) return;
  const append = () => document.head.append(Object.assign(document.createElement("script"), { src: address }));
  if (document.readyState === "complete") append();
  else window.addEventListener("load", append, { once: true });
}

/** Bind every module that the element needs. Safe to call twice. */
export async function bind(root) {
  if (own?.dataset.htmx && root.querySelector(htmxMarks)) loadHtmx();
  const wanted = Object.entries(modules).filter(([marks]) => root.querySelector(marks) || root.matches?.(marks));
  const loaded = await Promise.all(wanted.map(([, name]) => import(`./${name}.js`)));
  for (const module of loaded) module.bind?.(root);
}

document.addEventListener("htmx:load", (event) => bind(event.target));
bind(document);
