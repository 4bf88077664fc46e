/* The Studio speaks English. */

import catalogue from "../messages.js";
import { messagesIn } from "../shared/messages.js";

export const say = messagesIn(catalogue, "en", "trial");
