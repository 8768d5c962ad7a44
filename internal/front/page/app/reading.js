// What of a thread was on the screen is read. It is told to the hub a moment later, what came up meanwhile
// together; the viewer's other devices hear of it from there.
import { ask } from './api.js';
import { markRead } from './queries.js';

const gather = 1_000; // milliseconds
const atOnce = 100; // numbers that the hub takes

export class Reading {
  #thread;
  #read = new Set(); // numbers to tell
  #timer = 0;
  #numbers = new WeakMap(); // element → number
  #eyes = new IntersectionObserver((entries) => this.#seen(entries));
  #back = () => this.#soon();

  /** @param {string} thread its identifier */
  constructor(thread) {
    this.#thread = thread;
    document.addEventListener('visibilitychange', this.#back);
  }

  /** Watches whether a message comes on the screen. */
  watch({ element, number }) {
    this.#numbers.set(element, number);
    this.#eyes.observe(element);
  }

  /** Watches nothing any more. What was not told yet is told. */
  stop() {
    this.#eyes.disconnect();
    document.removeEventListener('visibilitychange', this.#back);
    clearTimeout(this.#timer);
    this.#tell();
  }

  #seen(entries) {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      this.#read.add(this.#numbers.get(target));
      this.#eyes.unobserve(target);
    }
    this.#soon();
  }

  #soon() {
    if (this.#timer || this.#read.size === 0 || document.visibilityState !== 'visible') return;
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      this.#tell();
    }, gather);
  }

  #tell() {
    const numbers = [...this.#read].slice(0, atOnce);
    if (numbers.length === 0 || document.visibilityState !== 'visible') return;
    for (const number of numbers) this.#read.delete(number);
    // A mark that is lost shows a message as unread again: nothing that need be said.
    ask(markRead, { input: { threadId: this.#thread, numbers } }).catch(() => {});
    this.#soon();
  }
}
