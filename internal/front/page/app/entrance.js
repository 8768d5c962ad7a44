// Signing in, and on the demonstration the accounts to do it with.
import { ask } from './api.js';
import { attempt, tellNothing } from './notices.js';
import { setPassword, signIn } from './queries.js';

const section = document.getElementById('entrance');
const form = document.getElementById('sign-in');
const newPassword = document.getElementById('new-password');
const link = '#set-password=';

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
  newPassword.addEventListener('submit', (event) => {
    event.preventDefault();
    attempt(newPassword.querySelector('button'), async () => {
      tellNothing();
      const { password } = Object.fromEntries(new FormData(newPassword));
      await ask(setPassword, { input: { secret: location.hash.slice(link.length), password } });
      newPassword.reset();
      history.replaceState(null, '', location.pathname); // the link has done its work
      await entered();
    });
  });
  if ('demo' in document.body.dataset) offerDemonstration();
}

/** Whether the page was opened by a one-time link to set a password. */
export function broughtByLink() {
  return location.hash.startsWith(link);
}

/** Shows the entrance. */
export function showEntrance() {
  section.hidden = false;
  form.hidden = broughtByLink();
  newPassword.hidden = !form.hidden;
  (form.hidden ? newPassword.elements.password : form.elements.email).focus();
}

/** Hides the entrance. */
export function hideEntrance() {
  section.hidden = true;
  form.reset();
  newPassword.reset();
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
