// Progressive enhancement of every page. Nothing here may be needed to use the service.
import { Radios, initAll } from "/assets/govuk.js";

// A radio that reveals a question says so with aria-expanded, which ARIA gives to checkboxes but not to radios.
const reveal = Radios.prototype.syncConditionalRevealWithInputState;
Radios.prototype.syncConditionalRevealWithInputState = function (radio) {
  reveal.call(this, radio);
  radio.removeAttribute("aria-expanded");
};

initAll();

// The skip link leaves its fragment in the address, and the browser would keep it through a form: the content would take
// the focus from the error summary.
addEventListener("submit", () => {
  if (location.hash) history.replaceState(history.state, "", location.pathname + location.search);
});

// What is folded away belongs on paper too, and is folded again afterwards.
let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details:not([open])")];
  for (const details of folded) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of folded) details.open = false;
});

// A page that comes back from the browser's memory may show what somebody signed out of: it is asked for anew.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
