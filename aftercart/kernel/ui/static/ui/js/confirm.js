// data-confirm="Really?" on a form or a submit button asks first, in the page's own dialog.
// data-confirm-title, data-confirm-label (the button that goes on).

const template = () => document.querySelector("template[data-confirm-template]");

function ask(source) {
  const dialog = template().content.firstElementChild.cloneNode(true);
  dialog.querySelector("[data-confirm-title]").textContent = source.dataset.confirmTitle || document.title;
  dialog.querySelector("[data-confirm-text]").textContent = source.dataset.confirm;
  if (source.dataset.confirmLabel) dialog.querySelector("[value=yes]").textContent = source.dataset.confirmLabel;
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    });
  });
}

const agreed = new WeakSet();

document.addEventListener(
  "submit",
  async (event) => {
    const form = event.target;
    const source = event.submitter?.dataset.confirm ? event.submitter : form;
    if (!source.dataset.confirm || agreed.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!(await ask(source))) return;
    agreed.add(form);
    form.requestSubmit(event.submitter);
  },
  true,
);

document.addEventListener("htmx:confirm", async (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  const source = event.detail.elt;
  source.dataset.confirm = event.detail.question;
  if (await ask(source)) event.detail.issueRequest(true);
});
