// The first plain page: one conversation, kept for the tab. Text is only ever set as text.
// @ts-check

const log = /** @type {HTMLElement} */ (document.getElementById("log"));
const status = /** @type {HTMLElement} */ (document.getElementById("status"));
const form = /** @type {HTMLFormElement} */ (document.getElementById("form"));
const text = /** @type {HTMLTextAreaElement} */ (document.getElementById("text"));

/** @type {string | null} */
let session = null;

/** @param {string} path @param {object} body */
async function post(path, body) {
  const response = await fetch(`/webhooks/chat/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  return { ok: response.ok, status: response.status, answer };
}

async function open() {
  const { ok, answer } = await post("session", {});
  if (!ok) throw new Error(answer.error.message);
  session = answer.session;
  bubble(answer.notice, ["notice"]);
}

/** @param {string} words @param {string[]} kinds */
function bubble(words, kinds) {
  const box = document.createElement("div");
  box.className = ["bubble", ...kinds].join(" ");
  box.textContent = words;
  log.append(box);
  return box;
}

/** Buttons to copy or print the outcome of the hip check, for the physiotherapist. @param {string} words */
function takeAway(words) {
  const row = document.createElement("div");
  row.className = "choices";
  const copy = document.createElement("button");
  copy.type = "button";
  copy.textContent = "Copy this";
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(words);
      status.textContent = "Copied.";
    } catch {
      status.textContent = "Copying is not possible here. You can print it instead.";
    }
  });
  const print = document.createElement("button");
  print.type = "button";
  print.textContent = "Print this chat";
  print.addEventListener("click", () => window.print());
  row.append(copy, print);
  return row;
}

/** @param {{text: string, choices: {id: string, title: string}[], card?: {kind: string}}} message */
function show(message) {
  bubble(message.text, message.card ? [message.card.kind] : []);
  if (message.card?.kind === "outcome") log.append(takeAway(message.text));
  if (message.choices.length === 0) return;
  const row = document.createElement("div");
  row.className = "choices";
  for (const choice of message.choices) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = choice.title;
    button.addEventListener("click", () => {
      for (const other of row.querySelectorAll("button")) other.disabled = true;
      button.setAttribute("aria-pressed", "true");
      void send({ choice: choice.id }, choice.title);
    });
    row.append(button);
  }
  log.append(row);
}

/** @param {{text?: string, choice?: string}} what @param {string} words */
async function send(what, words) {
  bubble(words, ["visitor"]).scrollIntoView({ block: "nearest" });
  status.textContent = "Writing an answer…";
  try {
    if (session === null) await open();
    const { ok, answer } = await post("messages", { session, ...what });
    status.textContent = "";
    const earlier = log.lastElementChild;
    for (const message of answer.messages ?? []) show(message);
    // the start of a reply is what must be read first
    earlier?.nextElementSibling?.scrollIntoView({ block: "start" });
    if (!ok) {
      status.textContent = answer.error.message;
      if (answer.error.code.includes("session")) session = null;
      if (what.text !== undefined && text.value === "") text.value = words;
    }
  } catch {
    status.textContent = "That could not be sent. Check your connection and try again.";
    if (what.text !== undefined && text.value === "") text.value = words;
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const words = text.value.trim();
  if (words === "") return;
  text.value = "";
  void send({ text: words }, words);
});
text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});
void open().catch(() => {
  status.textContent = "The chat could not be reached. In an emergency, call your emergency number.";
});
