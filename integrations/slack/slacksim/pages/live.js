// Keeps the page up to date: asks once a second for the parts that change, and
// draws a part again only when it came back different. So what is being typed
// stays, and so does the place that was scrolled to, unless it was the end.
"use strict";

const shown = {};

async function refresh() {
  let parts;
  try {
    const answer = await fetch("/client/live" + location.search);
    if (!answer.ok) return;
    parts = await answer.json();
  } catch {
    return; // the workspace is away; the next second may find it back
  }
  for (const [id, html] of Object.entries(parts)) {
    if (shown[id] === html) continue;
    const first = !(id in shown);
    shown[id] = html;
    if (!first) draw(document.getElementById(id), html);
  }
  document.body.classList.toggle("beside", parts.thread.trim() !== "");
}

function draw(part, html) {
  const scroll = () => (part.matches(".scroll") ? part : part.querySelector(".scroll"));
  const before = scroll();
  const top = before?.scrollTop ?? 0;
  const atEnd = !before || before.scrollHeight - top - before.clientHeight < 40;
  const view = part.querySelector("[name=view]")?.value;
  const typed = new Map([...fieldsOf(part)].map((field) => [nameOf(field), filled(field)]));
  const focus = part.contains(document.activeElement) && document.activeElement.name;
  part.innerHTML = html;
  const after = scroll();
  if (after) after.scrollTop = atEnd ? after.scrollHeight : top;
  part.querySelector("[autofocus]")?.focus();
  if (view !== part.querySelector("[name=view]")?.value) return; // another form
  for (const field of fieldsOf(part)) {
    const before = typed.get(nameOf(field));
    if (before !== undefined) fill(field, before);
    if (field.name === focus) field.focus();
  }
}

// A choice keeps that it was made; anything else keeps what was typed.
const isChoice = (field) => field.type === "radio";
const nameOf = (field) => (isChoice(field) ? field.name + "=" + field.value : field.name);
const filled = (field) => (isChoice(field) ? field.checked : field.value);
function fill(field, value) {
  if (isChoice(field)) field.checked = value;
  else field.value = value;
}

function fieldsOf(part) {
  return part.querySelectorAll(":is(input, textarea, select):not([type=hidden])");
}

// What a person does goes out without leaving the page.
document.addEventListener("submit", async (event) => {
  const form = event.target, button = event.submitter;
  if (form.method !== "post") return;
  event.preventDefault();
  if (button?.dataset.text && !(await sure(button.dataset))) return;
  const body = new URLSearchParams(new FormData(form, button));
  if (button) button.disabled = true;
  // Not form.action: a button of that name would stand in its place.
  const where = button?.getAttribute("formaction") ?? form.getAttribute("action");
  const answer = await fetch(where, { method: "POST", body, headers: { "X-Live": "1" } });
  if (button) button.disabled = false;
  const said = form.querySelector("input[name=words]");
  if (said) said.value = "";
  const { note } = await answer.json();
  if (note) tell(note);
  refresh();
});

function sure({ title, text, yes, no }) {
  const dialog = document.getElementById("sure");
  dialog.querySelector("h3").textContent = title;
  dialog.querySelector("p").textContent = text;
  for (const button of dialog.querySelectorAll("button")) {
    button.textContent = button.value === "yes" ? yes : no;
    button.onclick = () => dialog.close(button.value);
  }
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((done) => {
    dialog.onclose = () => done(dialog.returnValue === "yes");
  });
}

function tell(note) {
  const place = document.getElementById("note");
  place.textContent = note;
  place.classList.add("on");
  setTimeout(() => place.classList.remove("on"), 5000);
}

for (const scroll of document.querySelectorAll(".scroll")) scroll.scrollTop = scroll.scrollHeight;
refresh();
setInterval(refresh, 1000);
