/* Starts the listeners' page. */

import { Listen } from "./listen.js";
import { isSupported } from "./support.js";

const main = document.querySelector("main");
if (isSupported()) new Listen(main).start();
else main.classList.add("listen-unsupported");
