// Progressive enhancement of the pages for staff and schools. Nothing here may be needed to use them.
import { FilterToggleButton, initAll } from "/assets/moj.js";

initAll();

// initAll leaves this one to the page.
for (const panel of document.querySelectorAll(".moj-filter")) {
  const toggle = document.querySelector(".moj-action-bar__filter");
  if (toggle) {
    new FilterToggleButton(panel, {
      bigModeMediaQuery: "(min-width: 48.063em)",
      startHidden: false,
      toggleButton: {
        container: toggle,
        showText: "Show filter",
        hideText: "Hide filter",
        classes: "govuk-button--secondary",
      },
      closeButton: { container: panel.querySelector(".moj-filter__header-action"), text: "Close" },
    });
  }
}
