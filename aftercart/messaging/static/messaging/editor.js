// The live preview: the draft is posted into a fresh sandboxed frame, which takes the old one's place once loaded.
// A fresh frame's first page adds nothing to the browser's history, so Back leaves the editor.
const form = document.querySelector("[data-message-editor]");
const frames = document.querySelector("[data-message-frames]");
const wide = document.querySelector("[data-frame-wide]");
let count = 0;

function show() {
  const frame = document.createElement("iframe");
  frame.title = "Preview of the e-mail";
  frame.setAttribute("sandbox", "");
  frame.name = `message-frame-${(count += 1)}`;
  frame.hidden = frames.childElementCount > 0;
  frames.append(frame);
  const post = document.createElement("form");
  post.method = "post";
  post.action = form.dataset.frame;
  post.target = frame.name;
  post.hidden = true;
  for (const [name, value] of new FormData(form)) {
    const field = document.createElement("textarea");
    field.name = name;
    field.value = value;
    post.append(field);
  }
  document.body.append(post);
  frame.addEventListener("load", () => {
    frame.hidden = false;
    while (frames.firstElementChild !== frame) frames.firstElementChild.remove();
  });
  post.submit();
  post.remove();
}

if (form && frames) {
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id === "message-preview") show();
  });
  wide?.addEventListener("change", () => frames.classList.toggle("is-wide", wide.checked));
}
