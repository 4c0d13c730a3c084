// Calls a door from its own page, with the token that somebody typed; it is kept nowhere.

const token = document.querySelector("#token");

/** Where the request goes: the path with its parameters filled in, then the query. */
function addressOf(form) {
  let path = form.dataset.path;
  const query = new URLSearchParams();
  for (const input of form.querySelectorAll("[data-place]")) {
    if (input.dataset.place === "path") path = path.replace(`{${input.name}}`, encodeURIComponent(input.value));
    if (input.dataset.place === "query" && input.value) query.append(input.name, input.value);
  }
  return query.size ? `${path}?${query}` : path;
}

function headersOf(form) {
  const headers = { Accept: "application/json" };
  if (token.value.trim()) headers.Authorization = `Bearer ${token.value.trim()}`;
  if (bodyOf(form) !== undefined) headers["Content-Type"] = "application/json";
  for (const input of form.querySelectorAll('[data-place="header"]')) {
    if (input.value) headers[input.name] = input.value;
  }
  return headers;
}

const bodyOf = (form) => form.querySelector('[data-place="body"]')?.value;
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** The same request for a terminal; the token's place is named, not its value. */
function commandOf(form) {
  const parts = [`curl -X ${form.dataset.method} ${quoted(location.origin + addressOf(form))}`];
  for (const [name, value] of Object.entries(headersOf(form))) {
    parts.push(name === "Authorization" ? `-H "Authorization: Bearer $TOKEN"` : `-H ${quoted(`${name}: ${value}`)}`);
  }
  if (bodyOf(form) !== undefined) parts.push(`-d ${quoted(bodyOf(form))}`);
  return parts.join(" \\\n  ");
}

function readable(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

async function send(form) {
  const began = performance.now();
  try {
    const answer = await fetch(addressOf(form), {
      method: form.dataset.method,
      headers: headersOf(form),
      body: bodyOf(form),
      credentials: "omit",
    });
    const took = Math.round(performance.now() - began);
    return { status: `${answer.status} ${answer.statusText} in ${took} ms`, text: readable(await answer.text()) };
  } catch (error) {
    return { status: "No answer", text: String(error) };
  }
}

document.querySelector("[data-token]").addEventListener("submit", (event) => event.preventDefault());
for (const form of document.querySelectorAll("[data-try]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    const { status, text } = await send(form);
    button.disabled = false;
    const result = form.querySelector(".reference-result");
    result.querySelector("[data-status]").textContent = status;
    result.querySelector("[data-answer]").textContent = text;
    result.querySelector("[data-command]").textContent = commandOf(form);
    result.hidden = false;
    result.focus();
  });
}
