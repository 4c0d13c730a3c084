// Says something in the page's live region: say("Saved"), or a server's HX-Trigger {"toast": {"text": ...}}.

import { bind } from "./messages.js";

/** Show a message; `tone` is success, info, warning or error. */
export function say(text, tone = "success") {
  const template = document.querySelector(`template[data-message-tone="${tone}"]`);
  const region = document.querySelector("[data-messages]");
  if (!template || !region) return;
  const message = template.content.firstElementChild.cloneNode(true);
  message.querySelector(".grow").textContent = text;
  region.append(message);
  bind(region);
}

document.addEventListener("toast", (event) => say(event.detail.text, event.detail.tone));
const words = () => document.querySelector("[data-messages]")?.dataset ?? {};
document.addEventListener("htmx:responseError", () => say(words().failed, "error"));
document.addEventListener("htmx:sendError", () => say(words().offline, "error"));
