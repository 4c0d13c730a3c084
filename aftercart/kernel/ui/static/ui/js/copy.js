// Copies a text: data-copy="the text" or data-copy-from="#where". The button says that it worked.

import { say } from "./toast.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = button.dataset.copyFrom && document.querySelector(button.dataset.copyFrom);
  const text = source ? (source.value ?? source.textContent.trim()) : button.dataset.copy;
  try {
    await navigator.clipboard.writeText(text);
    button.dataset.copied = "";
    setTimeout(() => delete button.dataset.copied, 1600);
    if (button.dataset.copySaid) say(button.dataset.copySaid);
  } catch {
    const range = source && document.createRange();
    range?.selectNodeContents(source);
    if (range) getSelection().setBaseAndExtent(range.startContainer, range.startOffset, range.endContainer, range.endOffset);
  }
});
