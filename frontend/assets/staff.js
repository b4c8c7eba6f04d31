// Progressive enhancement of the pages for staff and schools. Nothing here may be needed to use them.
import { FilterToggleButton, initAll } from "/assets/moj.js";

initAll();

// initAll leaves this one to the page. The list has the whole width until the filter is asked for.
for (const panel of document.querySelectorAll(".moj-filter")) {
  new FilterToggleButton(panel, { startHidden: true });
}
