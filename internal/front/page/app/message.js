// One message as it stands in the list, and what its author can do with it.
import { ask } from './api.js';
import { attempt, tell } from './notices.js';
import { editMessage, withdrawMessage } from './queries.js';
import { richText } from './richtext.js';
import { saying, showTime } from './words.js';

const withdrawal = document.getElementById('withdrawal');

export class MessageView {
  /** The list item. */
  element = document.createElement('li');
  #message;
  #editor = null; // the form, while the message is being edited
  #base; // the revision that is being edited
  #original = false; // whether the original is shown where there is a translation

  /** @param {object} message as queried */
  constructor(message) {
    this.element.id = message.id;
    this.element.tabIndex = -1;
    this.#message = message;
    this.#fill();
  }

  get number() {
    return this.#message.number;
  }

  /** Whether what the viewer may do with it was never told. */
  get needsRights() {
    const { viewerCanEdit, withdrawnAt } = this.#message;
    return viewerCanEdit === undefined && !withdrawnAt;
  }

  /** Whether this person wrote it. */
  isBy(person) {
    return this.#message.author?.id === person;
  }

  /**
   * Shows a state of the message, unless a later one is shown: applied twice, or late, it changes nothing.
   * What it leaves out stays, as does what is being written in its editor.
   */
  update(state) {
    const shown = this.#message;
    if (state.revision < shown.revision || (shown.withdrawnAt && !state.withdrawnAt)) return;
    const message = { ...shown, ...state };
    if (message.withdrawnAt) message.viewerCanEdit = message.viewerCanWithdraw = false;
    if (same(message, shown)) return;
    this.#message = message;
    if (message.withdrawnAt) this.#editor = null;
    this.#fill();
  }

  #fill() {
    const parts = [this.#head(), this.#editor ?? this.#body()];
    const note = this.#editor ? null : this.#note();
    if (note) parts.push(note);
    const tools = this.#editor ? null : this.#tools();
    if (tools) parts.push(tools);
    const focused = this.element.contains(document.activeElement) ? document.activeElement : null;
    this.element.replaceChildren(...parts);
    if (!focused) return;
    const { text } = focused.dataset; // of a button, which was made anew
    (focused.isConnected ? focused : (text && this.element.querySelector(`[data-text="${text}"]`)) || this.element).focus();
  }

  #head() {
    const { author, number, language, createdAt, editedAt, withdrawnAt } = this.#message;
    const head = node('header');
    const name = node('strong');
    if (author) name.textContent = author.name;
    else saying(name, 'anonymous');
    head.append(name);
    if (author?.organisation) head.append(' ', node('span', author.organisation.name));
    const facts = node('span');
    facts.className = 'facts';
    facts.append(time(createdAt), ` · ${language} · #${number}`);
    if (editedAt && !withdrawnAt) facts.append(' · ', saying(node('span'), 'edited', { when: editedAt }));
    head.append(' ', facts);
    return head;
  }

  #body() {
    const { withdrawnAt, withdrawalReason } = this.#message;
    const { bodyHtml, body, language } = this.#translated && !this.#original ? this.#message.text : this.#message;
    const text = node('div');
    text.className = 'body';
    if (withdrawnAt) {
      text.append(saying(node('em'), 'withdrawn'));
      if (withdrawalReason) text.append(' ', withdrawalReason);
      return text;
    }
    text.lang = language;
    if (bodyHtml == null) text.textContent = body ?? '';
    else text.append(richText(bodyHtml));
    return text;
  }

  /** Whether there is an official translation into the language of the page. */
  get #translated() {
    const { text, withdrawnAt } = this.#message;
    return !withdrawnAt && text?.isOriginal === false;
  }

  /** Says that a translation is shown, and lets the reader change between it and the original, which prevails. */
  #note() {
    if (!this.#translated) return null;
    const note = node('p');
    note.className = 'facts';
    const change = () => {
      this.#original = !this.#original;
      this.#fill();
      this.element.querySelector('p.facts button')?.focus();
    };
    if (this.#original) note.append(button('showTranslation', change));
    else note.append(saying(node('span'), 'translated', { from: this.#message.language }), ' · ', button('showOriginal', change));
    return note;
  }

  #tools() {
    const { viewerCanEdit, viewerCanWithdraw } = this.#message;
    const tools = node('div');
    tools.className = 'tools';
    if (viewerCanEdit) tools.append(button('edit', () => this.#edit()));
    if (viewerCanWithdraw) tools.append(button('withdraw', () => this.#withdraw()));
    return tools.childElementCount > 0 ? tools : null;
  }

  #edit() {
    const form = node('form');
    const area = node('textarea', this.#message.body);
    area.rows = 6;
    area.required = true;
    area.maxLength = 20_000;
    area.lang = this.#message.language;
    const label = node('label');
    label.append(saying(node('span'), 'yourMessage'), area);
    const save = button('save');
    save.type = 'submit';
    save.className = 'main';
    const tools = node('div');
    tools.className = 'tools';
    tools.append(save, button('cancel', () => this.#close()));
    form.append(label, tools);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      attempt(save, () => this.#save(area.value));
    });
    form.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.#close();
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
    this.#editor = form;
    this.#base = this.#message.revision;
    this.#fill();
    area.focus();
    area.setSelectionRange(area.value.length, area.value.length);
    this.element.scrollIntoView({ block: 'nearest' });
  }

  async #save(body) {
    const { id } = this.#message;
    const saved = await ask(editMessage, { input: { id, body, expectedRevision: this.#base } });
    if (saved.editMessage.message) this.update(saved.editMessage.message);
    this.#close();
    tell('saved');
  }

  /** Closes the editor and puts the focus where it came from. */
  #close() {
    this.#editor = null;
    this.#fill();
    (this.element.querySelector('.tools button') ?? this.element).focus();
  }

  #withdraw() {
    withdrawal.querySelector('form').reset();
    withdrawal.returnValue = 'no';
    withdrawal.addEventListener('close', () => {
      if (withdrawal.returnValue !== 'yes') return;
      const reason = withdrawal.querySelector('[name=reason]').value.trim();
      attempt(null, async () => {
        const { id, revision } = this.#message;
        const input = { id, expectedRevision: revision, reason: reason || undefined };
        const done = await ask(withdrawMessage, { input });
        if (done.withdrawMessage.message) this.update(done.withdrawMessage.message);
        this.element.focus();
        tell('withdrawnNow');
      });
    }, { once: true });
    withdrawal.showModal();
  }
}

function same(a, b) {
  return Object.keys(a).every((name) => JSON.stringify(a[name]) === JSON.stringify(b[name]));
}

function node(name, text = '') {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function button(says, pressed) {
  const made = saying(node('button'), says);
  made.type = 'button';
  if (pressed) made.addEventListener('click', pressed);
  return made;
}

function time(moment) {
  const made = node('time');
  made.dateTime = moment;
  showTime(made);
  return made;
}
