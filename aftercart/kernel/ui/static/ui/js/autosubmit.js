// A filter form sends itself when a choice changes; text waits for Enter. Its button stays for everybody else.

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-autosubmit]");
  if (!form || event.target.matches("[type=text], [type=search], textarea")) return;
  form.requestSubmit();
});
