/* Starts the listeners' page. */

import { Listen } from "./listen.js";

new Listen(document.querySelector("main")).start();
