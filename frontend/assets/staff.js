// Progressive enhancement of the pages for staff and schools. Nothing here may be needed to use them.
import { initAll } from "/assets/moj.js";

initAll();
