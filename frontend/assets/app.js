// Progressive enhancement of every page. Nothing here may be needed to use the service.
import { initAll } from "/assets/govuk.js";

initAll();
