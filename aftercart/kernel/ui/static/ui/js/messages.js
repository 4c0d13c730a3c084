// Messages that may leave do so after a while, never while pointed at or focused; errors stay.

const patience = 8000;

function leave(message) {
  message.dataset.leaving = "";
  setTimeout(() => message.remove(), 260);
}

function wait(message) {
  if (message.dataset.waits) return;
  message.dataset.waits = "yes";
  let timer = setTimeout(() => leave(message), patience);
  const hold = () => clearTimeout(timer);
  const release = () => (timer = setTimeout(() => leave(message), patience));
  message.addEventListener("pointerenter", hold);
  message.addEventListener("pointerleave", release);
  message.addEventListener("focusin", hold);
  message.addEventListener("focusout", release);
}

/** Bind the messages of an element. */
export function bind() {
  document.querySelectorAll("[data-message-leaves]").forEach(wait);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-message-close]");
  if (button) leave(button.closest(".message"));
});
