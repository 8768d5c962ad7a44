// Signing in, and on the demonstration the accounts to do it with.
import { ask } from './api.js';
import { attempt, tellNothing } from './notices.js';
import { signIn } from './queries.js';

const section = document.getElementById('entrance');
const form = document.getElementById('sign-in');

/**
 * Makes the entrance work.
 * @param {() => Promise<void>} entered called after each sign-in
 */
export function prepareEntrance(entered) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    attempt(event.submitter ?? form.querySelector('button'), async () => {
      tellNothing();
      const { email, password } = Object.fromEntries(new FormData(form));
      await ask(signIn, { input: { email, password } });
      form.reset();
      await entered();
    });
  });
  if ('demo' in document.body.dataset) offerDemonstration();
}

/** Shows the entrance. */
export function showEntrance() {
  section.hidden = false;
  form.elements.email.focus();
}

/** Hides the entrance. */
export function hideEntrance() {
  section.hidden = true;
  form.reset();
}

async function offerDemonstration() {
  const response = await fetch('/demo-accounts.json', { credentials: 'same-origin' });
  if (!response.ok) return;
  const buttons = (await response.json()).map((account) => {
    const button = document.createElement('button');
    const role = document.createElement('strong');
    const email = document.createElement('small');
    role.textContent = account.role;
    email.textContent = account.email;
    button.type = 'button';
    button.append(role, ' ', email);
    button.addEventListener('click', () => {
      form.elements.email.value = account.email;
      form.elements.password.value = account.password;
      form.requestSubmit();
    });
    const item = document.createElement('li');
    item.append(button);
    return item;
  });
  document.getElementById('demo-accounts').replaceChildren(...buttons);
  document.getElementById('demonstration').hidden = false;
}
