// One thread: a stretch of its messages, from the start or the end, and what happens meanwhile.
import { ask, Refusal } from './api.js';
import { allowCompose, prepareCompose } from './compose.js';
import { MessageView } from './message.js';
import { News } from './news.js';
import { attempt, tell, tellNothing, tellProblem } from './notices.js';
import * as queries from './queries.js';
import { say } from './words.js';

const article = document.getElementById('thread');
const heading = document.getElementById('thread-title');
const list = document.getElementById('messages');
const find = (selector) => article.querySelector(selector);

const idsAtOnce = 100; // what `nodes` takes

export class Thread {
  #id = null;
  #me;
  #views = new Map(); // message id → MessageView
  #before = null; // cursor of the first message shown, null if nothing is before it
  #after = null; // cursor of the last message shown, null if nothing was after it
  #news = null;
  #lost;

  /**
   * @param {(error: Error | null) => void} lost called when the thread can't be read any more, with
   *   the refusal, or with null when someone else is signed in now
   */
  constructor(lost) {
    this.#lost = lost;
    prepareCompose(() => this.#id, (id, message) => this.#written(id, message));
    const press = (selector, something) =>
      find(selector).addEventListener('click', (event) => attempt(event.currentTarget, () => something()));
    press('.oldest', () => this.#show(queries.oldest));
    press('.newest', () => this.#show(queries.newest));
    press('.refresh', async () => {
      await this.refresh();
      tell('refreshed');
    });
    press('.earlier', () => this.#earlier());
    press('.later', () => this.#later());
    press('.unseen', () => this.#show(queries.newest));
  }

  /** Opens a thread at its end, for a person. It throws, and shows nothing, if that can't be read. */
  async open(id, me) {
    this.close();
    this.#id = id;
    this.#me = me;
    await this.#show(queries.newest);
    if (this.#id === id) heading.focus({ preventScroll: true });
  }

  /** Shows nothing, and asks for nothing any more. */
  close() {
    this.#news?.stop();
    this.#news = null;
    this.#id = null;
    this.#views.clear();
    article.hidden = true;
    list.replaceChildren();
  }

  /** Asks again for everything that is shown, and for what is new. */
  async refresh() {
    const id = this.#id;
    if (!id) return;
    const shown = [...this.#views.keys()];
    do {
      const answer = await ask(queries.again, { thread: id, messages: shown.splice(0, idsAtOnce) });
      if (this.#id !== id) return;
      this.#head(there(answer.thread));
      for (const message of answer.nodes) if (message) this.#views.get(message.id)?.update(message);
    } while (shown.length > 0);
    await this.#news.now();
  }

  async #show(query) {
    const id = this.#id;
    const { thread, eventPosition } = await ask(query, { thread: id });
    if (this.#id !== id) return;
    there(thread);
    this.#news?.stop();
    this.#news = new News(id, eventPosition, {
      event: (event) => this.#happened(event),
      asked: (person) => person !== this.#me && this.#lost(null),
      failed: (error) => this.#failed(error),
    });
    this.#views.clear();
    list.replaceChildren();
    this.#head(thread);
    const { nodes, pageInfo } = thread.messages;
    for (const message of nodes) this.#put(message);
    this.#before = pageInfo.hasPreviousPage ? pageInfo.startCursor : null;
    this.#after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    this.#ends();
    const edge = query === queries.newest ? list.lastElementChild : list.firstElementChild;
    edge?.scrollIntoView({ block: 'nearest' });
  }

  #head({ title, viewerCanPost }) {
    article.hidden = false;
    heading.textContent = title;
    allowCompose(viewerCanPost);
    find('.closed').hidden = viewerCanPost;
  }

  #ends() {
    find('.earlier').hidden = !this.#before;
    find('.later').hidden = !this.#after;
    find('.empty').hidden = this.#views.size > 0;
    if (!this.#after) find('.unseen').hidden = true;
  }

  async #earlier() {
    const id = this.#id;
    const thread = there((await ask(queries.earlier, { thread: id, before: this.#before })).thread);
    if (this.#id !== id) return;
    const { nodes, pageInfo } = thread.messages;
    const top = list.firstElementChild;
    const height = document.documentElement.scrollHeight;
    for (const message of nodes) this.#put(message);
    this.#before = pageInfo.hasPreviousPage ? pageInfo.startCursor : null;
    this.#ends();
    scrollBy(0, document.documentElement.scrollHeight - height); // what was being read stays in its place
    top?.previousElementSibling?.focus({ preventScroll: true });
  }

  async #later() {
    const id = this.#id;
    const thread = there((await ask(queries.later, { thread: id, after: this.#after })).thread);
    if (this.#id !== id) return;
    const { nodes, pageInfo } = thread.messages;
    const bottom = list.lastElementChild;
    for (const message of nodes) this.#put(message);
    this.#after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    this.#ends();
    bottom?.nextElementSibling?.focus();
  }

  /** Shows a message, or its newer state, in its place. */
  #put(message) {
    const shown = this.#views.get(message.id);
    if (shown) {
      shown.update(message);
      return;
    }
    const view = new MessageView(message);
    let next = null;
    for (const other of this.#views.values()) {
      if (other.number > view.number && !(next?.number < other.number)) next = other;
    }
    list.insertBefore(view.element, next?.element ?? null);
    this.#views.set(message.id, view);
  }

  /** Applies an event. Unknown ones are passed over, as the schema asks. */
  #happened(event) {
    switch (event.__typename) {
      case 'MessagePosted':
        if (event.message) this.#posted(event.message);
        break;
      case 'MessageEdited':
      case 'MessageWithdrawn':
        if (event.message) this.#views.get(event.message.id)?.update(event.message);
        break;
      case 'ThreadEdited':
      case 'ThreadClosed':
      case 'ThreadReopened':
      case 'AccessEnded': // the viewer's own, or another's
        this.refresh().catch((error) => this.#failed(error));
        break;
      case 'StreamReset':
        this.#show(queries.newest).catch((error) => this.#failed(error));
        break;
    }
  }

  /** What the viewer has written comes into sight, also from the middle of the thread. */
  async #written(id, message) {
    if (this.#id !== id) return;
    if (this.#after) await this.#show(queries.newest);
    else this.#put(message);
    this.#ends();
    list.lastElementChild.scrollIntoView({ block: 'nearest' });
  }

  #posted(message) {
    if (this.#views.has(message.id)) return;
    if (this.#after) {
      find('.unseen').hidden = false; // it comes after a gap: not shown here
      return;
    }
    const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 200;
    this.#put(message);
    this.#ends();
    if (message.author?.id !== this.#me) tell('incoming', { name: message.author?.name ?? '…' });
    if (atEnd) list.lastElementChild.scrollIntoView({ block: 'nearest' });
  }

  #failed(error) {
    if (!error) tellNothing();
    else if (error.code === 'UNAUTHENTICATED' || error.code === 'NOT_FOUND') this.#lost(error);
    else tellProblem(error);
  }
}

/** The thread, which is null for who may not read it. */
function there(thread) {
  if (!thread) throw new Refusal(say('gone'), 'NOT_FOUND');
  return thread;
}
