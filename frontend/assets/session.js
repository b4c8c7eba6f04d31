// Says before a session ends that it will, and afterwards that it has. Without it nothing is lost: what is sent after
// the end is kept until its sender has signed in again.

const WARNING = 5 * 60;
const { sessionIdle, sessionWhole } = document.body.dataset;
const others = "BroadcastChannel" in window ? new BroadcastChannel("onroll-session") : null;

let ends = 0;
let whole = 0;
let dialog = null;
let timer = 0;

// How long is left, from now on.
function lasts(idleSeconds, wholeSeconds) {
  ends = Date.now() + idleSeconds * 1000;
  whole = Date.now() + wholeSeconds * 1000;
  dialog?.close();
  look();
}

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function show(title, text, ...buttons) {
  const before = document.activeElement;
  dialog?.remove();
  dialog = element("dialog", "app-session", "");
  dialog.setAttribute("aria-labelledby", "app-session-title");
  dialog.setAttribute("aria-describedby", "app-session-text");
  const heading = element("h2", "govuk-heading-m", title);
  heading.id = "app-session-title";
  const said = element("p", "govuk-body", text);
  said.id = "app-session-text";
  const group = element("div", "govuk-button-group", "");
  group.append(...buttons);
  dialog.append(heading, said, group);
  // The place where somebody was typing is theirs again afterwards.
  dialog.addEventListener("close", () => before?.focus?.());
  document.body.append(dialog);
  dialog.showModal();
}

function button(text, act) {
  const made = element("button", "govuk-button", text);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

async function stay() {
  try {
    const answer = await fetch("/account/stay", { method: "POST", credentials: "same-origin" });
    if (!answer.ok) return over();
    const left = await answer.json();
    lasts(left.idle, left.whole);
    others?.postMessage(left);
  } catch {
    // No connection: the dialog stays, and the button can be pressed again.
  }
}

function over() {
  clearTimeout(timer);
  show(
    "You have been signed out",
    "What you typed is still on this page. If you send it, we keep it until you have signed in again.",
    button("Close", () => dialog.close()),
  );
}

function warn() {
  const minutes = Math.max(1, Math.ceil((ends - Date.now()) / 60000));
  const left = minutes === 1 ? "1 minute" : `${minutes} minutes`;
  if (whole <= ends) {
    // Nothing makes the whole of a session longer.
    show("You will be signed out", `This is in ${left}. Save or send your work now.`, button("Close", () => dialog.close()));
  } else {
    show("You will be signed out", `You have not done anything for a while. This is in ${left}.`, button("Stay signed in", stay));
  }
}

function look() {
  clearTimeout(timer);
  const left = ends - Date.now();
  if (left <= 0) return over();
  const until = left - WARNING * 1000;
  if (until <= 0) {
    warn();
    timer = setTimeout(over, left);
  } else {
    timer = setTimeout(look, Math.min(until, 2 ** 30));
  }
}

if (sessionIdle && sessionWhole) {
  const left = { idle: Number(sessionIdle), whole: Number(sessionWhole) };
  others?.addEventListener("message", (event) => lasts(event.data.idle, event.data.whole));
  others?.postMessage(left);
  lasts(left.idle, left.whole);
}
