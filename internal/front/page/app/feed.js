// What happens somewhere, each event once and in order, from a position on. The socket brings it; while
// there is none for longer, the event log is asked over HTTP, which gives the same envelopes.
import { ask } from './api.js';
import { language } from './words.js';

const substitute = 10_000; // milliseconds between questions to the log
const retry = 3_000; // after a passing refusal
const remembered = 2_000; // identifiers of events, to know what comes a second time

export class Feed {
  #socket;
  #source;
  #to;
  #position; // the cursor of the last envelope
  #known = new Set();
  #end = () => {}; // takes the question back
  #timer = 0;
  #missed = false; // whether there was no socket when last looked
  #stopped = false;

  /**
   * @param {import('./socket.js').Socket} socket
   * @param {object} source `query`, a subscription to envelopes that takes $after; `variables` for it; `log`
   *   (may be left out), the same of the event log; `position` where what is shown ends, undefined for now
   * @param {object} to what is called:
   *   `event(event, envelope)` for each event, in order;
   *   `reset()` when something may have been missed: the feed has stopped, read everything anew;
   *   `ended()` when it is not open to the viewer any more: the feed has stopped;
   *   `failed(error)` when the hub refuses it for good: the feed has stopped;
   *   `still()`, which may be left out, about once a minute, when the hub says how far it has come
   */
  constructor(socket, source, to) {
    this.#socket = socket;
    this.#source = source;
    this.#to = to;
    this.#position = source.position;
    this.#ask();
    if (source.log) this.#timer = setInterval(() => this.#stand(), substitute);
  }

  /** Stops for good: nothing is told afterwards. */
  stop() {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#end();
  }

  /** Asks anew, from where it is: in the language of now. */
  renew() {
    if (this.#stopped) return;
    this.#end();
    this.#ask();
  }

  /** Asks the log for what has happened until now, and resolves when it is told. It rejects if that fails. */
  async now() {
    let after = this.#position;
    for (let atHead = false; !atHead && !this.#stopped; ) {
      const { eventLog } = await ask(this.#source.log, { ...this.#source.variables, after });
      for (const envelope of eventLog.envelopes) this.#tell(envelope); // the socket may bring them too
      after = eventLog.next;
      atHead = eventLog.atHead;
    }
    if (!this.#stopped && !this.#socket.live) this.#position = after;
  }

  #ask() {
    this.#end = this.#socket.ask({
      query: this.#source.query,
      variables: () => ({ ...this.#source.variables, after: this.#position, language: language() }),
      next: (answer) => this.#next(answer),
      complete: () => this.#stop('ended'),
      error: (errors) => this.#refused(errors[0]),
      broken: () => {
        if (this.#position === undefined) this.#stop('reset'); // nothing came yet: from where is not known
      },
    });
  }

  #next({ data }) {
    const envelope = data && Object.values(data)[0];
    const whole = envelope && (this.#position === undefined || envelope.previousCursor === this.#position);
    if (!whole) {
      this.#stop('reset'); // an envelope that can't be told, or one before it that did not come
      return;
    }
    this.#position = envelope.cursor;
    this.#tell(envelope);
  }

  #tell(envelope) {
    if (this.#stopped || this.#known.has(envelope.id)) return;
    this.#known.add(envelope.id);
    if (this.#known.size > remembered) this.#known.delete(this.#known.values().next().value);
    switch (envelope.event.__typename) {
      case 'Checkpoint':
        this.#to.still?.();
        break; // the position moves on
      case 'StreamReset':
        this.#stop('reset');
        break;
      default:
        this.#to.event(envelope.event, envelope);
    }
  }

  #refused({ message, extensions = {} }) {
    switch (extensions.code) {
      case 'UNAVAILABLE':
      case 'RATE_LIMITED':
      case 'INTERNAL':
        setTimeout(() => this.#stopped || this.#ask(), retry * (1 + Math.random()));
        break;
      case 'INVALID_INPUT':
        this.#stop('reset'); // a cursor of another deployment
        break;
      default:
        this.#stop('failed', Object.assign(new Error(message), { code: extensions.code }));
    }
  }

  #stop(how, ...told) {
    if (this.#stopped) return;
    this.stop();
    this.#to[how](...told);
  }

  #stand() {
    const missed = this.#missed;
    this.#missed = !this.#socket.live;
    if (!missed || !this.#missed || document.hidden) return;
    this.now().catch((error) => {
      if (error.code === 'UNAUTHENTICATED' || error.code === 'NOT_FOUND') this.#stop('failed', error);
    });
  }
}
