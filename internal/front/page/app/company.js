// Who else has the thread open, and who is writing in it. All of it may be lost, and nothing of it is
// read out: it changes too often.
import { ask } from './api.js';
import { activity, reportTyping } from './queries.js';
import { saying } from './words.js';

const present = document.getElementById('present');
const typing = document.getElementById('typing');
const named = 5; // persons at most; the rest are counted
const pace = 3_000; // milliseconds between two reports of going on; the hub forgets after six seconds

export class Company {
  #end;

  /**
   * Shows who is in a thread.
   * @param {import('./socket.js').Socket} socket
   * @param {string} thread its identifier
   * @param {string} me the viewer, who is not shown
   */
  constructor(socket, thread, me) {
    const others = (people) => people.filter(({ id }) => id !== me).map(({ name }) => name);
    this.#end = socket.ask({
      query: activity,
      variables: () => ({ thread }),
      next: ({ data }) => data && show(others(data.threadActivity.present), others(data.threadActivity.typing)),
      complete: () => show([], []), // closed
      error: () => show([], []),
      broken: () => show([], []),
    });
  }

  /** Shows nobody any more. */
  stop() {
    this.#end();
    show([], []);
  }
}

/** Tells the others who is writing, from the input events of a field, and when it is sent or emptied. */
export class Writing {
  #thread;
  #told = 0; // when, last; 0: not, or that it is over
  #where;

  /** @param {() => string | null} thread gives the identifier of the open thread */
  constructor(thread) {
    this.#thread = thread;
  }

  /** The text has changed. */
  changed(text) {
    if (!text.trim()) this.over();
    else if (Date.now() - this.#told >= pace && this.#thread()) {
      this.#told = Date.now();
      this.#where = this.#thread();
      tell(this.#where, true);
    }
  }

  /** The text is sent or thrown away. */
  over() {
    if (this.#told && Date.now() - this.#told < 2 * pace) tell(this.#where, false);
    this.#told = 0;
  }
}

function tell(threadId, now) {
  ask(reportTyping, { input: { threadId, typing: now } }).catch(() => {}); // it may be lost
}

function show(here, writing) {
  fill(present, here, () => saying(present, 'present', { names: here }));
  fill(typing, writing, () => saying(typing, 'typing', { names: writing }));
}

function fill(line, names, say) {
  if (names.length > named) names.splice(named, names.length, `+${names.length - named}`);
  if (names.length > 0) {
    say();
  } else {
    delete line.dataset.text;
    line.textContent = '';
  }
}
