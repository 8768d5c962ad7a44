// The list of threads that the viewer sees, with a search in their titles. Each is a link to
// #IDENTIFIER; following it opens the thread.
import { ask } from './api.js';
import { attempt } from './notices.js';
import { threads } from './queries.js';

const nav = document.getElementById('threads');
const list = nav.querySelector('ul');
const empty = nav.querySelector('.empty');
const more = nav.querySelector('.more');
const search = document.getElementById('search');
let end = null; // the cursor after the last thread listed

/** Makes the search and the button for more work. */
export function prepareThreads() {
  nav.querySelector('details').open = matchMedia('(min-width: 60rem)').matches;
  search.addEventListener('submit', (event) => {
    event.preventDefault();
    attempt(search.querySelector('button'), listThreads);
  });
  more.addEventListener('click', () => attempt(more, () => add(end)));
}

/** Lists the threads anew, as the search says. */
export async function listThreads() {
  list.replaceChildren();
  await add();
  empty.hidden = list.childElementCount > 0;
}

/** Forgets the list: the next person may see other threads. */
export function forgetThreads() {
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
  }
}

async function add(after) {
  const found = (await ask(threads, { search: search.elements.search.value.trim() || undefined, after })).threads;
  for (const { id, title } of found.nodes) {
    const link = document.createElement('a');
    link.href = `#${id}`;
    link.textContent = title;
    const item = document.createElement('li');
    item.append(link);
    list.append(item);
  }
  end = found.pageInfo.endCursor;
  more.hidden = !found.pageInfo.hasNextPage;
  markThread(location.hash.slice(1));
}
