// One thread: a stretch of its messages, from the start or the end, and what happens meanwhile.
import { ask, Refusal } from './api.js';
import { allowCompose, prepareCompose } from './compose.js';
import { Company } from './company.js';
import { Feed } from './feed.js';
import { MessageView } from './message.js';
import { attempt, tell, tellProblem } from './notices.js';
import * as queries from './queries.js';
import { Reading } from './reading.js';
import { say } from './words.js';

const article = document.getElementById('thread');
const heading = document.getElementById('thread-title');
const list = document.getElementById('messages');
const find = (selector) => article.querySelector(selector);

const idsAtOnce = 100; // what `nodes` takes
const recentOnes = 500; // more than can happen while a page is read
const gather = 700; // milliseconds in which what happens is told, and asked about, together

export class Thread {
  #id = null;
  #me;
  #views = new Map(); // message id → MessageView
  #before = null; // cursor of the first message shown, null if nothing is before it
  #after = null; // cursor of the last message shown, null if nothing was after it
  #manages = false; // whether the viewer may do more with messages of others than read them
  #socket;
  #feed = null;
  #company = null;
  #reading = null;
  #recent = new Map(); // message id → what was told of it last, and whether it is a new one
  #incoming = []; // who wrote what came and was not told yet
  #timer = 0; // to tell it
  #lost;

  /**
   * @param {import('./socket.js').Socket} socket
   * @param {(error: Error) => void} lost called with the refusal when the thread can't be read any more
   */
  constructor(socket, lost) {
    this.#socket = socket;
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
    this.#feed?.stop();
    this.#company?.stop();
    this.#reading?.stop();
    this.#feed = this.#company = this.#reading = null;
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#incoming = [];
    this.#id = null;
    this.#views.clear();
    article.hidden = true;
    list.replaceChildren();
  }

  /** Asks again for everything that is shown, and for what is new. */
  async refresh() {
    await this.#again();
    await this.#feed?.now();
  }

  /** Shows everything in the language of the page, which has changed. */
  async translate() {
    await this.refresh();
    this.#feed?.renew();
  }

  async #again() {
    const id = this.#id;
    if (!id) return;
    const shown = [...this.#views.keys()];
    do {
      const answer = await ask(queries.again, { thread: id, messages: shown.splice(0, idsAtOnce) });
      if (this.#id !== id) return;
      this.#head(there(answer.thread));
      for (const message of answer.nodes) if (message) this.#views.get(message.id)?.update(message);
    } while (shown.length > 0);
  }

  async #show(query) {
    const id = this.#id;
    const { thread, eventPosition } = await ask(query, { thread: id });
    if (this.#id !== id) return;
    there(thread);
    this.#feed?.stop();
    const source = { query: queries.happening, log: queries.happened, variables: { thread: id }, position: eventPosition };
    this.#feed = new Feed(this.#socket, source, {
      event: (event) => this.#happened(event),
      reset: () => this.#anew(),
      ended: () => this.#lost(new Refusal(say('gone'), 'NOT_FOUND')),
      failed: (error) => this.#lost(error),
    });
    this.#company ??= this.#meet();
    this.#reading?.stop();
    this.#reading = new Reading(id);
    this.#views.clear();
    this.#recent.clear();
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

  #meet() {
    return new Company(this.#socket, this.#id, this.#me);
  }

  #head({ titles, viewerCanPost, viewerCanManage }) {
    this.#manages = viewerCanManage;
    article.hidden = false;
    heading.textContent = titles.text;
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
    const top = list.firstElementChild;
    let place; // of what is being read, which stays there
    await this.#extend(queries.earlier, { before: this.#before }, (pageInfo) => {
      this.#before = pageInfo.hasPreviousPage ? pageInfo.startCursor : null;
      place = top?.getBoundingClientRect().top;
    });
    if (place === undefined) return;
    scrollBy(0, top.getBoundingClientRect().top - place);
    top.previousElementSibling?.focus({ preventScroll: true });
  }

  async #later() {
    const bottom = list.lastElementChild;
    await this.#extend(queries.later, { after: this.#after }, (pageInfo) => {
      this.#after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    });
    bottom?.nextElementSibling?.focus();
  }

  /** Reads a further page; done is called before it is shown. What happened while it was read may be newer than what it says. */
  async #extend(query, variables, done) {
    const feed = this.#feed;
    const { thread } = await ask(query, { thread: this.#id, ...variables });
    if (this.#feed !== feed) return; // something else is shown by now
    const { nodes, pageInfo } = there(thread).messages;
    done(pageInfo);
    for (const message of nodes) this.#put(message);
    for (const { message, posted } of this.#recent.values()) {
      if (posted) this.#posted(message);
      else this.#views.get(message.id)?.update(message);
    }
    this.#ends();
  }

  #remember(message, posted) {
    const before = this.#recent.get(message.id);
    this.#recent.delete(message.id); // to the end
    this.#recent.set(message.id, { message, posted: posted || before?.posted });
    if (this.#recent.size > recentOnes) this.#recent.delete(this.#recent.keys().next().value);
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
    this.#reading?.watch(view);
  }

  /** Applies an event; once more would change nothing. Unknown ones are passed over, as the schema asks. */
  #happened(event) {
    switch (event.__typename) {
      case 'MessagePosted':
        this.#remember(event.message, true);
        this.#posted(event.message);
        break;
      case 'MessageEdited':
      case 'MessageWithdrawn':
        this.#remember(event.message, false);
        this.#views.get(event.message.id)?.update(event.message);
        break;
      case 'TranslationMadeOfficial':
      case 'TranslationWithdrawn': // the message is given in another language
        if (!event.of) break;
        this.#remember(event.of, false);
        this.#views.get(event.of.id)?.update(event.of);
        break;
      case 'ThreadReopened': // who is here was told until it was closed
        this.#company?.stop();
        this.#company = this.#meet();
      // falls through
      case 'ThreadEdited':
      case 'ThreadClosed':
      case 'AccessGranted':
      case 'AccessEnded': // another's; the viewer's own ends the feed
        this.#again().catch((error) => this.#failed(error));
        break;
    }
    this.#soon();
  }

  /** Something may have been missed: everything is read anew. */
  async #anew() {
    const id = this.#id;
    try {
      await this.#show(queries.newest);
    } catch (error) {
      this.#failed(error);
      if (error.code === 'UNREACHABLE') setTimeout(() => this.#id === id && id && this.#anew(), 5_000);
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
    if (this.#views.has(message.id)) {
      this.#put(message);
      return;
    }
    if (this.#after) {
      find('.unseen').hidden = false; // it comes after a gap: not shown here
      return;
    }
    const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 200;
    this.#put(message);
    this.#ends();
    if (message.author?.id !== this.#me) this.#incoming.push(message.author?.name ?? '…');
    if (atEnd) list.lastElementChild.scrollIntoView({ block: 'nearest' });
  }

  /** Tells what came in one sentence, and asks what the viewer may do with it, once for all of it. */
  #soon() {
    if (this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      const names = this.#incoming.splice(0);
      if (names.length === 1) tell('incoming', { name: names[0] });
      else if (names.length > 1) tell('incomings', { count: names.length });
      this.#askRights().catch((error) => this.#failed(error));
    }, gather);
  }

  async #askRights() {
    const mine = (view) => view.needsRights && (this.#manages || view.isBy(this.#me));
    const messages = [...this.#views].filter(([, view]) => mine(view)).map(([id]) => id);
    while (messages.length > 0) {
      const { nodes } = await ask(queries.rights, { messages: messages.splice(0, idsAtOnce) });
      for (const node of nodes) if (node) this.#views.get(node.id)?.update(node);
    }
  }

  #failed(error) {
    if (error.code === 'UNAUTHENTICATED' || error.code === 'NOT_FOUND') this.#lost(error);
    else tellProblem(error);
  }
}

/** The thread, which is null for who may not read it. */
function there(thread) {
  if (!thread) throw new Refusal(say('gone'), 'NOT_FOUND');
  return thread;
}
