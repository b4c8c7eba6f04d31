// Progressive enhancement of every page. Nothing here may be needed to use the service.
import { initAll } from "/assets/govuk.js";

initAll();

// A page that comes back from the browser's memory may show what somebody signed out of: it is asked for anew.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
