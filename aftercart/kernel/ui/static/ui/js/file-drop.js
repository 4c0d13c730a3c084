// A file field that takes drops, names what was chosen, and shows how far the upload is.

import { bind as bindPage } from "./start.js";

const done = new WeakSet();

function size(bytes) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const format = new Intl.NumberFormat(document.documentElement.lang, {
    style: "unit",
    unit: units[step],
    maximumFractionDigits: 1,
  });
  return format.format(bytes / 1000 ** step);
}

function name(drop, input) {
  const list = drop.querySelector("[data-file-list]");
  list.replaceChildren(
    ...[...input.files].map((file) => {
      const item = document.createElement("li");
      item.textContent = `${file.name} (${size(file.size)})`;
      return item;
    }),
  );
  drop.toggleAttribute("data-filled", input.files.length > 0);
}

function answer(request) {
  if (request.status < 400 && request.responseURL !== location.href) {
    location.assign(request.responseURL);
    return;
  }
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  document.title = page.title;
  document.body.replaceWith(page.body);
  bindPage(document);
}

function send(form, bar) {
  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", (event) => {
    bar.hidden = false;
    if (event.lengthComputable) bar.querySelector("progress").value = event.loaded / event.total;
  });
  request.addEventListener("load", () => answer(request));
  request.addEventListener("error", () => form.submit());
  request.open(form.method, form.action);
  request.send(new FormData(form));
}

function prepare(drop) {
  if (done.has(drop)) return;
  done.add(drop);
  const input = drop.querySelector("input[type=file]");
  for (const type of ["dragenter", "dragover"]) {
    drop.addEventListener(type, (event) => {
      event.preventDefault();
      drop.dataset.over = "";
    });
  }
  drop.addEventListener("dragleave", () => delete drop.dataset.over);
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    delete drop.dataset.over;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  input.addEventListener("change", () => name(drop, input));
  const bar = drop.querySelector("[data-file-progress]");
  drop.closest("form")?.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !input.files.length) return;
    event.preventDefault();
    send(event.target, bar);
  });
}

/** Bind the drops of an element. */
export function bind(root) {
  root.querySelectorAll("[data-file-drop]").forEach(prepare);
}
