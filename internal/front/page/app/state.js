// The line that says whether what is shown is live. A break that is over soon is not worth a word.
import { saying } from './words.js';

const line = document.getElementById('live');
const soon = 1_500; // milliseconds
let timer = 0;

/** Shows a state of the socket: live, broken, outdated or closed. */
export function showState(state) {
  if (state === 'broken') {
    timer ||= setTimeout(broken, soon); // counted from the first failure on
    return;
  }
  clearTimeout(timer);
  timer = 0;
  if (state === 'live') show(state, () => saying(line, 'live'));
  else if (state === 'outdated') show(state, () => saying(line, 'outdated'));
  else hide();
}

function broken() {
  if (navigator.onLine) show('reconnecting', () => saying(line, 'reconnecting'));
  else show('offline', () => saying(line, 'offline'));
}

/** Changes the line only when there is something else to say: it is read out. */
function show(state, say) {
  if (line.dataset.state === state) return;
  line.dataset.state = state;
  say();
}

function hide() {
  delete line.dataset.state;
  delete line.dataset.text;
  line.textContent = '';
}
