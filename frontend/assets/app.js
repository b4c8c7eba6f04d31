// Progressive enhancement of every page. Nothing here may be needed to use the service.
import { Radios, initAll } from "/assets/govuk.js";

// A radio that reveals a question says so with aria-expanded, which ARIA gives to checkboxes but not to radios.
const reveal = Radios.prototype.syncConditionalRevealWithInputState;
Radios.prototype.syncConditionalRevealWithInputState = function (radio) {
  reveal.call(this, radio);
  radio.removeAttribute("aria-expanded");
};

initAll();

// A page that comes back from the browser's memory may show what somebody signed out of: it is asked for anew.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
