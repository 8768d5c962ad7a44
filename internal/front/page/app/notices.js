// The two lines at the top: what went wrong (read out at once) and what was done (read out when
// the reader pauses).
import { say, saying } from './words.js';

const problem = document.getElementById('problem');
const status = document.getElementById('status');
let fading = 0; // the timer that takes a sentence away again

/** Tells what went wrong: a Refusal's sentence is already in the person's language. */
export function tellProblem(error) {
  tellNothing();
  problem.textContent = error.code ? error.message : say('again');
  if (!error.code) throw error; // a fault of the page itself: into the console as well
}

/** Tells a sentence of the interface. */
export function tell(name, fills) {
  tellNothing();
  saying(status, name, fills);
  fading = setTimeout(tellNothing, 8_000);
}

/** Takes both away. */
export function tellNothing() {
  clearTimeout(fading);
  problem.textContent = '';
  status.textContent = '';
  delete status.dataset.text;
}

/** Runs something, with its button held while it runs, and tells what goes wrong. */
export async function attempt(button, something) {
  if (button?.ariaDisabled === 'true') return;
  if (button) button.ariaDisabled = 'true'; // not disabled: that would lose the focus
  try {
    await something();
  } catch (error) {
    tellProblem(error);
  } finally {
    if (button) button.ariaDisabled = null;
  }
}
