// Writing a message. The same text sent twice, because the answer got lost, becomes one message: both
// carry the same idempotency key.
import { ask } from './api.js';
import { Writing } from './company.js';
import { attempt, tell } from './notices.js';
import { postMessage } from './queries.js';
import { language } from './words.js';

const form = document.getElementById('compose');
let writing;
let sent = null; // what was sent last without an answer: { input as text, key }

/**
 * Makes the form work.
 * @param {() => string} thread gives the identifier of the open thread
 * @param {(thread: string, message: object) => Promise<void>} posted called with what was posted, and where
 */
export function prepareCompose(thread, posted) {
  writing = new Writing(thread);
  form.elements.body.addEventListener('input', (event) => writing.changed(event.target.value));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    attempt(form.querySelector('button.main'), async () => {
      const { body, language } = Object.fromEntries(new FormData(form));
      const input = { threadId: thread(), body, language };
      const { message } = (await ask(postMessage, { input: { ...input, idempotencyKey: keyFor(input) } })).postMessage;
      sent = null;
      writing.over();
      form.elements.body.value = '';
      form.elements.body.focus();
      if (message) await posted(input.threadId, message);
      tell('posted');
    });
  });
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
}

/** Shows the form, or hides it where the viewer can't write. */
export function allowCompose(allowed) {
  if (form.hidden && allowed) form.elements.language.value = language();
  form.hidden = !allowed;
}

/** Throws away what was being written. */
export function forgetDraft() {
  sent = null;
  form.reset();
}

function keyFor(input) {
  const text = JSON.stringify(input);
  if (sent?.text !== text) {
    // not randomUUID, which browsers refuse on plain HTTP
    const random = crypto.getRandomValues(new Uint8Array(16));
    sent = { text, key: Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('') };
  }
  return sent.key;
}
