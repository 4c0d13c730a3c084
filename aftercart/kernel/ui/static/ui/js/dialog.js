// data-dialog="id" opens a dialog; data-dialog-close, Escape and a click beside it close it.

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
  if (event.target.closest("[data-dialog-close]")) event.target.closest("dialog").close();
  if (event.target.matches("dialog[open]")) closeBeside(event);
});

function closeBeside(event) {
  const box = event.target.getBoundingClientRect();
  const isInside =
    event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!isInside && event.detail > 0) event.target.close();
}
