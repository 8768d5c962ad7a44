// GraphQL over one websocket, with the protocol graphql-transport-ws. It comes back by itself after a
// break and asks again for everything that it was asked for; from where is for the asker to say (see
// feed.js). Who is asking is said by the session cookie.

const firstPause = 500; // milliseconds before coming back, doubled after each failure
const longestPause = 30_000;
const settled = 10_000; // a connection that lasted so long was a good one
const pingEvery = 12_000;
const patience = 5_000; // for a pong
const opening = 10_000; // for the acknowledgement

// What a close means. Every other code is a break of the line: come back.
const signInAgain = new Set([4401, 4403]);
const outdated = new Set([1002, 1007, 1009, 4400, 4406, 4409, 4429]); // the same again would fail again

export class Socket {
  #to;
  #line = null; // the WebSocket, from its making to its end
  #since = 0; // when it was acknowledged; 0: it is not
  #asked = new Set(); // what is to be asked on each line
  #running = new Map(); // identifier on this line → what was asked
  #last = 0; // identifier; none is used twice, so that late answers find nobody
  #failures = 0;
  #due = false; // it waits for the moment to come back
  #timer = 0; // of whatever comes next

  /**
   * @param {object} to what is called:
   *   `state(name)` with live, broken (it comes back), outdated (it does not) or closed;
   *   `denied()` when the session is not good any more, and `open` would be refused again
   */
  constructor(to) {
    this.#to = to;
    const look = () => {
      if (this.#since) this.#ping(); // the hub may be on this machine: being offline says little
      else if (this.#due && navigator.onLine) this.open();
    };
    addEventListener('online', look);
    addEventListener('offline', look);
    document.addEventListener('visibilitychange', () => document.hidden || look());
  }

  /** Whether answers come. */
  get live() {
    return this.#since > 0;
  }

  /** Connects now, unless that is done or under way. */
  open() {
    if (this.#line) return;
    this.#due = false;
    const url = new URL('/graphql', location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const line = new WebSocket(url, 'graphql-transport-ws');
    const heard = (type, act) => line.addEventListener(type, (event) => this.#line === line && act(event));
    heard('open', () => this.#send({ type: 'connection_init' }));
    heard('message', ({ data }) => this.#hear(JSON.parse(data)));
    heard('close', ({ code }) => this.#over(code));
    this.#line = line;
    this.#after(opening, () => this.#over());
  }

  /** Ends the connection. Whoever asked is told nothing more. */
  close() {
    this.#asked.clear();
    this.#failures = 0;
    this.#hangUp();
    this.#to.state('closed');
  }

  /**
   * Asks, and asks again on each new line.
   * @param {object} question `query`, `variables()`, and what is called: `next(answer)` for each,
   *   `complete()` or `error(errors)` at the end, `broken()` when the line has ended and it will be asked again
   * @returns {() => void} takes it back: nothing is called afterwards
   */
  ask(question) {
    const place = { question, id: null };
    this.#asked.add(place);
    if (this.#since) this.#begin(place);
    else if (!this.#due) this.open();
    return () => {
      if (!this.#forget(place) || place.id === null) return;
      this.#send({ id: place.id, type: 'complete' });
    };
  }

  #begin(place) {
    place.id = String(++this.#last);
    this.#running.set(place.id, place);
    const { query, variables } = place.question;
    this.#send({ id: place.id, type: 'subscribe', payload: { query, variables: variables() } });
  }

  #forget(place) {
    this.#running.delete(place.id);
    return this.#asked.delete(place);
  }

  #hear({ type, id, payload }) {
    const place = this.#running.get(id);
    switch (type) {
      case 'connection_ack':
        this.#since = Date.now();
        this.#after(pingEvery, () => this.#ping());
        this.#to.state('live');
        for (const waiting of [...this.#asked]) if (this.#since && waiting.id === null) this.#begin(waiting);
        break;
      case 'next':
        place?.question.next(payload);
        break;
      case 'complete':
      case 'error':
        if (place && this.#forget(place)) place.question[type](payload);
        break;
      case 'ping':
        this.#send({ type: 'pong' });
        break;
      case 'pong':
        this.#after(pingEvery, () => this.#ping());
        break;
    }
  }

  /** Finds out whether the hub still hears: browsers do not tell of a line that went dead in silence. */
  #ping() {
    this.#send({ type: 'ping' });
    this.#after(patience, () => this.#over());
  }

  /** The line has ended, with a code of the hub or without. */
  #over(code) {
    const good = this.#since && Date.now() - this.#since > settled;
    this.#failures = good ? 0 : this.#failures + 1;
    const broken = [...this.#running.values()];
    this.#hangUp();
    for (const { question } of broken) question.broken?.();
    if (outdated.has(code)) {
      this.#to.state('outdated');
      return;
    }
    this.#due = true;
    const pause = Math.min(longestPause, firstPause * 2 ** this.#failures);
    this.#after(pause / 2 + (Math.random() * pause) / 2, () => this.open());
    this.#to.state('broken');
    if (signInAgain.has(code)) this.#to.denied();
  }

  #hangUp() {
    clearTimeout(this.#timer);
    const line = this.#line;
    this.#line = null;
    this.#since = 0;
    this.#due = false;
    for (const place of this.#running.values()) place.id = null;
    this.#running.clear();
    line?.close();
  }

  #after(time, act) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(act, time);
  }

  #send(message) {
    if (this.#line?.readyState === WebSocket.OPEN) this.#line.send(JSON.stringify(message));
  }
}
