// Progressive enhancement of the pages for staff and schools. Nothing here may be needed to use them.
import { FilterToggleButton, initAll } from "/assets/moj.js";

initAll();

// initAll leaves this one to the page. A wide screen shows the filter from the start; a narrow one folds it away.
for (const panel of document.querySelectorAll(".moj-filter")) {
  new FilterToggleButton(panel, { startHidden: false });
}
