// What happens in a thread while it is open. The page asks the event log every few seconds, from the
// position it has reached; a subscription to `events` gives the same envelopes sooner.
import { ask } from './api.js';
import { news } from './queries.js';

const pace = 4_000; // milliseconds between two questions
const slowest = 60_000; // after failures

export class News {
  #thread;
  #position;
  #to;
  #wait = pace;
  #timer = 0;
  #asking = null; // the question under way

  /**
   * @param {string} thread its identifier
   * @param {string} position where what is shown ends
   * @param {object} to what is called:
   *   `event(event)` for each event, in order;
   *   `asked(person)` with the identifier of who is signed in now, undefined for nobody;
   *   `failed(error)` when a question fails, and with null when one works again
   */
  constructor(thread, position, to) {
    this.#thread = thread;
    this.#position = position;
    this.#to = to;
    document.addEventListener('visibilitychange', this.#seen);
    this.#later();
  }

  /** Asks at once, and resolves when everything that has happened is told. It rejects if that fails. */
  now() {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
      this.#later();
    });
    return this.#asking;
  }

  /** Stops for good: nothing is told afterwards. */
  stop() {
    this.#thread = null;
    clearTimeout(this.#timer);
    document.removeEventListener('visibilitychange', this.#seen);
  }

  #seen = () => {
    if (!document.hidden) this.#poll();
  };

  #poll() {
    if (!this.#thread) return;
    this.now().catch(() => {}); // told by #ask
  }

  #later() {
    clearTimeout(this.#timer);
    if (!this.#thread) return;
    this.#timer = setTimeout(() => (document.hidden ? this.#later() : this.#poll()), this.#wait);
  }

  async #ask() {
    try {
      for (let atHead = false; !atHead && this.#thread; ) {
        const { eventLog, viewer } = await ask(news, { thread: this.#thread, after: this.#position });
        if (this.#thread) this.#to.asked(viewer?.person.id);
        for (const { event } of eventLog.envelopes) if (this.#thread) this.#to.event(event);
        this.#position = eventLog.next;
        atHead = eventLog.atHead;
      }
      if (this.#wait !== pace && this.#thread) this.#to.failed(null);
      this.#wait = pace;
    } catch (error) {
      if (!this.#thread) return;
      this.#wait = Math.min(slowest, this.#wait * 2);
      this.#to.failed(error);
      throw error;
    }
  }
}
