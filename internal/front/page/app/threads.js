// The list of threads that the viewer sees, with a search in their titles. Each is a link to
// #IDENTIFIER; following it opens the thread. The thread in which something was said last is the first.
import { ask } from './api.js';
import { Feed } from './feed.js';
import { attempt } from './notices.js';
import { elsewhere, mine, threads } from './queries.js';
import { saying } from './words.js';

const nav = document.getElementById('threads');
const list = nav.querySelector('ul');
const empty = nav.querySelector('.empty');
const more = nav.querySelector('.more');
const search = document.getElementById('search');
const gather = 700; // milliseconds after a change of rights until the list is read anew
let end = null; // the cursor after the last thread listed
let socket;
let me = null; // the viewer; null: nobody
let feeds = [];
let timer = 0;

/**
 * Makes the search and the button for more work.
 * @param {import('./socket.js').Socket} over brings what happens
 */
export function prepareThreads(over) {
  socket = over;
  nav.querySelector('details').open = matchMedia('(min-width: 60rem)').matches;
  search.addEventListener('submit', (event) => {
    event.preventDefault();
    attempt(search.querySelector('button'), () => listThreads(me));
  });
  more.addEventListener('click', () => attempt(more, () => add(end)));
}

/** Lists the threads anew for a person, as the search says, and follows what happens in them. */
export async function listThreads(person) {
  me = person;
  const { eventPosition, ownPosition, found } = await read();
  if (me !== person) return;
  unfollow();
  const focused = list.contains(document.activeElement) ? document.activeElement.hash.slice(1) : null;
  list.replaceChildren();
  show(found);
  if (focused) (itemOf(focused)?.firstChild ?? search.elements.search).focus({ preventScroll: true });
  empty.hidden = list.childElementCount > 0;
  follow(eventPosition, ownPosition);
}

/** Forgets the list: the next person may see other threads. */
export function forgetThreads() {
  me = null;
  unfollow();
  list.replaceChildren();
  search.reset();
}

/** The first thread whose title has these words, in the order of the list; undefined if there is none. */
export async function findThread(words) {
  const found = await ask(threads, { search: words || undefined });
  return found.threads.nodes[0]?.id;
}

/** Marks the thread that is open. */
export function markThread(id) {
  for (const link of list.querySelectorAll('a')) {
    link.ariaCurrent = link.hash === `#${id}` ? 'true' : null;
    if (link.ariaCurrent) unmark(link.parentElement);
  }
}

function searched() {
  return search.elements.search.value.trim();
}

async function read(after, first) {
  const { eventPosition, viewer, threads: found } = await ask(threads, { search: searched() || undefined, after, first });
  return { eventPosition, ownPosition: viewer?.viewerPosition, found };
}

async function add(after) {
  show((await read(after)).found);
}

function show(found) {
  for (const thread of found.nodes) if (!itemOf(thread.id)) list.append(makeItem(thread));
  end = found.pageInfo.endCursor;
  more.hidden = !found.pageInfo.hasNextPage;
  markThread(location.hash.slice(1));
}

function makeItem({ id, titles, viewerReading }) {
  const link = document.createElement('a');
  link.href = `#${id}`;
  link.append(titles.text);
  const item = document.createElement('li');
  item.append(link);
  if (viewerReading?.unread > 0) mark(item);
  return item;
}

/**
 * Takes threads away that are not open to the viewer any more: no event says so, for it would tell of a thread
 * that is closed.
 */
function stillOpen() {
  if (document.hidden || !me) return;
  prune(me, feeds).catch((error) => console.warn(`The list of threads is not looked at again: ${error.message}`));
}

async function prune(person, followed) {
  const ids = new Set();
  let after;
  let whole;
  do {
    const { found } = await read(after, 100);
    for (const { id } of found.nodes) ids.add(id);
    after = found.pageInfo.endCursor;
    whole = !found.pageInfo.hasNextPage;
  } while (!whole && ids.size < list.childElementCount);
  if (me !== person || feeds !== followed) return; // another list meanwhile
  for (const item of [...list.children]) if (!ids.has(item.firstChild.hash.slice(1))) item.remove();
  empty.hidden = list.childElementCount > 0;
}

function itemOf(id) {
  return [...list.children].find((item) => item.firstChild.hash === `#${id}`);
}

function follow(position, ownPosition) {
  const reset = () => later(); // in which case all of it is read anew
  const failed = (error) => console.warn(`The list of threads is not live: ${error?.message ?? 'it has ended'}`);
  feeds = [
    new Feed(socket, { query: elsewhere, position }, { event: happened, reset, ended: failed, failed, still: stillOpen }),
    new Feed(socket, { query: mine, position: ownPosition }, { event: ofMine, reset, ended: failed, failed }),
  ];
}

function unfollow() {
  clearTimeout(timer);
  timer = 0;
  for (const feed of feeds) feed.stop();
  feeds = [];
}

function happened({ __typename: type, of, about, message }) {
  switch (type) {
    case 'MessagePosted':
      moveUp(of, message.author?.id !== me);
      break;
    case 'ThreadEdited':
      if (about) retitle(about);
      break;
    case 'ThreadOpened':
    case 'AccessGranted':
    case 'AccessEnded':
      later();
      break;
  }
}

function ofMine({ __typename: type, about, reading }) {
  switch (type) {
    case 'ReadingChanged': {
      const item = about && itemOf(about.id);
      if (item && reading.unread > 0) mark(item);
      else if (item) unmark(item);
      break;
    }
    case 'SeatAssigned':
    case 'SeatEdited':
    case 'SeatStarted':
    case 'SeatEnded':
    case 'StaffPostAssigned':
    case 'StaffPostEdited':
    case 'StaffPostStarted':
    case 'StaffPostEnded':
      later(); // they open and close threads
      break;
  }
}

/** Puts the thread first, with a mark if there is something to read in it. */
function moveUp(thread, fresh) {
  let item = itemOf(thread.id);
  if (!item && searched()) return; // whether it is searched for, only the hub knows
  item ??= makeItem(thread);
  if (fresh) mark(item);
  if (list.firstChild === item) return;
  const focused = item.contains(document.activeElement);
  list.prepend(item);
  if (focused) item.firstChild.focus({ preventScroll: true });
  empty.hidden = true;
}

/** Says of a thread that there is something new in it, unless it is the open one. */
function mark(item) {
  const link = item?.firstChild;
  if (!link || link.ariaCurrent || link.hash === location.hash || link.querySelector('.fresh')) return;
  const said = document.createElement('span');
  saying(said, 'fresh');
  said.className = 'fresh';
  link.append(' ', said);
}

/** Takes the mark away. */
function unmark(item) {
  item.firstChild.replaceChildren(item.firstChild.firstChild);
}

function retitle({ id, titles }) {
  const item = itemOf(id);
  if (item) item.firstChild.firstChild.data = titles.text;
}

/** Reads the list anew, once for all that happens meanwhile. */
function later(pause = gather) {
  if (timer) return;
  timer = setTimeout(() => {
    timer = 0;
    if (me) listThreads(me).catch(() => me && later(10 * gather));
  }, pause * (1 + Math.random()));
}
