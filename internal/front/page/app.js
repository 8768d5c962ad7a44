// The page at /: who is here, which thread is open, in which language. The parts are in app/.
import { ask } from './app/api.js';
import { forgetDraft } from './app/compose.js';
import { broughtByLink, hideEntrance, prepareEntrance, showEntrance } from './app/entrance.js';
import { attempt, tell, tellNothing, tellProblem } from './app/notices.js';
import { session, signOut } from './app/queries.js';
import { Socket } from './app/socket.js';
import { showState } from './app/state.js';
import { Thread } from './app/thread.js';
import { findThread, forgetThreads, listThreads, markThread, prepareThreads } from './app/threads.js';
import { language, speak } from './app/words.js';

const hub = document.getElementById('hub');
const who = document.getElementById('who');
const leave = document.getElementById('sign-out');
const languages = document.getElementById('language');
const { thread: leading, search: leadingTitle } = document.body.dataset;

let viewer = null;
let leaving = false; // what is lost while one signs out is no news
let losing = null; // what is done about a loss: several parts of the page notice the same one
const lose = (error) => {
  if (!leaving) losing ??= attempt(null, () => lost(error)).finally(() => (losing = null));
};
const socket = new Socket({
  state(name) {
    showState(name);
    if (name === 'live') checkWho();
  },
  denied: () => lose(null),
});
const thread = new Thread(socket, lose);

speak(language());
languages.value = language();
prepareEntrance(enter);
prepareThreads(socket);
attempt(null, async () => {
  try {
    await enter();
  } catch (error) {
    if (!viewer) showEntrance(); // the hub can't be reached: signing in is the way to try again
    throw error;
  }
});

languages.addEventListener('change', () => attempt(null, async () => {
  speak(languages.value);
  tellNothing();
  if (!viewer) return;
  await greet(); // names come in the language of the request
  await Promise.all([listThreads(viewer.person.id), thread.translate()]);
}));

leave.addEventListener('click', () => attempt(leave, async () => {
  leaving = true;
  try {
    await ask(signOut);
    await greet();
    tell('signedOut');
  } finally {
    leaving = false;
  }
}));

// Another window of this browser may have signed someone else in.
document.addEventListener('visibilitychange', () => {
  if (!viewer || document.hidden || !socket.live) return;
  ask(session).then((answer) => isViewer(answer.viewer) || lose(null), () => {}); // out of reach: the socket will tell
});

addEventListener('hashchange', () => attempt(null, async () => {
  const id = location.hash.slice(1);
  if (!viewer || !id) return;
  tellNothing();
  await open(id);
}));

/** Lets in whoever is signed in; everyone else to the entrance. */
async function enter() {
  await greet();
  if (!viewer) return;
  tellNothing();
  await Promise.all([listThreads(viewer.person.id), openFirst()]);
  markThread(location.hash.slice(1));
}

/** Asks who is signed in, and shows what such a person sees. */
async function greet() {
  viewer = broughtByLink() ? null : (await ask(session)).viewer; // a link is for its person, whoever is signed in
  hub.hidden = who.hidden = leave.hidden = !viewer;
  if (viewer) {
    who.textContent = [viewer.person.name, viewer.organisation?.name].filter(Boolean).join(' · ');
    hideEntrance();
  } else {
    who.textContent = '';
    thread.close();
    socket.close();
    forgetThreads();
    forgetDraft();
    showEntrance();
  }
}

/** Opens the thread of the address, or the leading one, or the first of the list: whichever is there. */
async function openFirst() {
  const candidates = [
    () => location.hash.slice(1),
    () => leading,
    () => leadingTitle && findThread(leadingTitle),
    () => findThread(''),
  ];
  for (const candidate of candidates) {
    const id = await candidate();
    if (!id) continue;
    try {
      await open(id);
      return;
    } catch (error) {
      if (error.code !== 'NOT_FOUND' && error.code !== 'INVALID_INPUT') throw error;
    }
  }
}

async function open(id) {
  await thread.open(id, viewer.person.id);
  history.replaceState(null, '', `#${id}`);
  markThread(id);
}

/** Asks on a new line who it serves: meanwhile someone else may have signed in with this browser. */
function checkWho() {
  const stop = socket.ask({
    query: session,
    variables: () => ({}),
    next: ({ data }) => {
      if (viewer && data && !isViewer(data.viewer)) lose(null);
    },
    complete() {},
    error() {},
    broken: () => stop(), // the next line is asked anew
  });
}

/**
 * The open thread can't be read any more, or the session is not good any more, or someone else has signed in.
 * Everything is asked again; what can't be reached now comes back by itself.
 */
async function lost(error) {
  const before = viewer;
  await greet();
  if (!viewer) {
    tell('ended');
  } else if (!isViewer(before)) {
    thread.close();
    socket.close();
    await enter();
  } else if (error) {
    thread.close();
    history.replaceState(null, '', location.pathname);
    tellProblem(error);
    await listThreads(viewer.person.id);
  }
}

function isViewer(other) {
  return other?.person.id === viewer?.person.id;
}
