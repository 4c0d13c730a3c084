// A photo that was chosen is sent and shown at once; without this module the button beside the field does it.

document.querySelectorAll("[data-photo-field]").forEach((field) => {
  const button = field.form.querySelector("button[name=add]");
  field.addEventListener("change", () => {
    if (field.files.length) field.form.requestSubmit(button);
  });
});
