// Leaves in a hurry: hides the page at once when the form of the exit button is sent, and sends it when Shift is pressed
// three times. The design system's own script only follows a link, which may not throw a report away.

const root = document.querySelector("[data-exit]");
const form = root?.querySelector("form");
const button = form?.querySelector("button");
const PATIENCE = 5000;

function element(className) {
  const made = document.createElement("div");
  made.className = className;
  return made;
}

if (button) {
  const said = element("govuk-visually-hidden");
  said.setAttribute("role", "status");
  root.append(said);
  const indicator = element("govuk-exit-this-page__indicator");
  indicator.setAttribute("aria-hidden", "true");
  for (let light = 0; light < 3; light++) indicator.append(element("govuk-exit-this-page__indicator-light"));
  button.append(indicator);

  let pressed = 0;
  let timer = 0;
  // Whether Shift was held for a capital letter.
  let typing = false;

  const count = (times, text) => {
    pressed = times;
    said.textContent = text;
    indicator.classList.toggle("govuk-exit-this-page__indicator--visible", pressed > 0);
    [...indicator.children].forEach((light, place) =>
      light.classList.toggle("govuk-exit-this-page__indicator-light--on", place < pressed),
    );
  };

  const over = () => {
    clearTimeout(timer);
    if (pressed > 0) count(0, "Exit this page expired.");
  };

  form.addEventListener("submit", () => {
    clearTimeout(timer);
    count(0, "");
    document.body.classList.add("govuk-exit-this-page-hide-content");
    const overlay = element("govuk-exit-this-page-overlay");
    overlay.setAttribute("role", "alert");
    document.body.append(overlay);
    overlay.textContent = "Loading.";
  });

  document.addEventListener(
    "keyup",
    (event) => {
      if (event.key !== "Shift" || typing) {
        over();
      } else {
        clearTimeout(timer);
        timer = setTimeout(over, PATIENCE);
        if (pressed === 2) form.requestSubmit();
        else count(pressed + 1, pressed === 0 ? "Shift, press 2 more times to exit." : "Shift, press 1 more time to exit.");
      }
      typing = event.shiftKey;
    },
    true,
  );
}
