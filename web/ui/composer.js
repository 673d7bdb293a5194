// Where one writes: the text, the file joined to it, send and stop. What is
// typed is kept for this tab until it is sent.

import S from './strings.js';
import { files } from './api.js';
import { h, icon, uid } from './dom.js';

/**
 * @typedef {object} Options
 * @property {(text: string, document: {id: string, name: string} | null) => void} onSend
 * @property {() => void} onStop
 * @property {(file: File, progress: (part: number) => void, signal: AbortSignal) => Promise<import('./api.js').Stored>} upload
 * @property {() => string} fallback what to say of a file sent without a word
 * @property {Storage | null} storage
 */

export class Composer {
  /** @type {{file: File, control: AbortController, stored: import('./api.js').Stored | null} | null} */
  #joined = null;
  #waiting = false; // send was pressed while the file was on its way
  #key = 'tandem.draft';

  /** @param {Options} o */
  constructor(o) {
    this.o = o;
    const hint = uid('hint');
    const field = uid('message');
    this.text = h('textarea', {
      id: field, rows: 1, placeholder: S.composer.placeholder, 'aria-describedby': hint, enterkeyhint: 'send', autocomplete: 'off',
      on: { input: () => this.#typed(), keydown: (/** @type {KeyboardEvent} */ e) => this.#pressed(e), paste: (/** @type {ClipboardEvent} */ e) => this.#pasted(e) },
    });
    this.picker = h('input', { type: 'file', accept: files.types, hidden: true, tabindex: -1, 'aria-hidden': 'true', on: { change: () => this.#picked() } });
    this.attach = h('button', { type: 'button', class: 'round', 'aria-label': `${S.composer.attach} (${S.composer.formats})`, title: `${S.composer.attach} (${S.composer.formats})`, on: { click: () => this.pick() } }, icon('attach'));
    this.send = h('button', { type: 'submit', class: 'round primary', 'aria-label': S.composer.send, title: S.composer.send }, icon('send'));
    this.stop = h('button', { type: 'button', class: 'round stop', hidden: true, 'aria-label': S.composer.stop, title: S.composer.stop, on: { click: () => o.onStop() } }, icon('stop'));
    this.file = h('div', { class: 'attachment', hidden: true });
    this.error = h('p', { class: 'composer-error', role: 'alert' });
    this.el = h('form', { class: 'composer', novalidate: true, on: { submit: (/** @type {Event} */ e) => (e.preventDefault(), this.submit()) } },
      this.error,
      h('div', { class: 'composer-box' },
        this.file,
        h('label', { for: field, class: 'hidden', text: S.composer.label }),
        h('div', { class: 'composer-row' }, this.attach, this.picker, this.text, this.stop, this.send)),
      h('p', { id: hint, class: 'hint', text: S.composer.hint }));
  }

  /** Which draft is shown: one by conversation. @param {string} thread */
  draft(thread) {
    this.#key = `tandem.draft.${thread}`;
    this.text.value = this.#stored() ?? '';
    this.#fit();
  }

  /** @param {string} text */
  write(text) {
    this.text.value = text;
    this.#typed();
    this.text.focus();
    this.text.setSelectionRange(text.length, text.length);
  }

  /** @param {boolean} running */
  running(running) {
    const had = this.stop === /** @type {any} */ (this.el.getRootNode()).activeElement;
    this.stop.hidden = !running;
    if (had && !running) this.text.focus();
  }

  /** Forgets every draft of this tab. */
  forget() {
    const { storage } = this.o;
    try {
      for (const key of Object.keys(storage ?? {})) if (key.startsWith('tandem.draft')) storage?.removeItem(key);
    } catch {
      // No storage, no drafts.
    }
    this.text.value = '';
    this.#clear();
  }

  /** Who reads what is written. @param {string} placeholder */
  to(placeholder) {
    if (this.text.placeholder !== placeholder) this.text.placeholder = placeholder;
  }

  pick() {
    this.picker.click();
  }

  submit() {
    const joined = this.#joined;
    if (joined && !joined.stored) {
      this.#waiting = true;
      return this.fail(S.composer.wait);
    }
    const text = this.text.value.trim() || (joined ? this.o.fallback() : '');
    this.text.focus();
    if (!text) return this.fail(S.composer.empty);
    this.fail('');
    this.o.onSend(text, joined?.stored ? { id: joined.stored.id, name: joined.stored.name } : null);
    this.text.value = '';
    this.#typed();
    this.#clear();
  }

  /** @param {string} message */
  fail(message) {
    this.error.textContent = message;
  }

  /** @param {File | undefined} file */
  async join(file) {
    if (!file) return;
    if (this.#joined) return this.fail(S.composer.one);
    if (file.size > files.most) return this.fail(S.composer.tooLarge);
    if (!file.size) return this.fail(S.composer.emptyFile);
    this.fail('');
    const control = new AbortController();
    const joined = (this.#joined = { file, control, stored: /** @type {any} */ (null) });
    const bar = h('progress', { max: 1, value: 0, 'aria-label': S.composer.uploading(file.name) });
    const state = h('span', { class: 'small', text: S.composer.uploading('').trim() });
    this.#show(file.name, bar, state);
    try {
      joined.stored = await this.o.upload(file, (part) => {
        bar.value = part;
        if (part === 1) {
          bar.removeAttribute('value');
          state.textContent = S.composer.reading;
        }
      }, control.signal);
      if (this.#joined !== joined) return;
      bar.remove();
      state.textContent = S.composer.ready(joined.stored.pages?.length ?? 0, joined.stored.chars ?? 0);
      if (this.#waiting) this.submit();
    } catch (err) {
      if (this.#joined !== joined) return;
      this.#clear();
      if (/** @type {any} */ (err).code !== 'aborted') this.fail(/** @type {Error} */ (err).message);
    }
  }

  /** @param {string} name @param {Element} bar @param {Element} state */
  #show(name, bar, state) {
    this.file.hidden = false;
    this.file.replaceChildren(icon('file'), h('div', { class: 'attachment-what' }, h('strong', { text: name }), state, bar),
      h('button', { type: 'button', class: 'round small-round', 'aria-label': S.composer.remove(name), on: { click: () => (this.#clear(), this.text.focus()) } }, icon('cross')));
  }

  #clear() {
    this.#joined?.control.abort();
    this.#joined = null;
    this.#waiting = false;
    this.file.hidden = true;
    this.file.replaceChildren();
    this.picker.value = '';
  }

  #picked() {
    this.join(this.picker.files?.[0]);
    this.text.focus();
  }

  /** @param {ClipboardEvent} e */
  #pasted(e) {
    const file = e.clipboardData?.files[0];
    // Word processors put a picture beside the text they copy: the text is meant.
    if (!file || e.clipboardData?.types.includes('text/plain')) return;
    e.preventDefault();
    this.join(file);
  }

  /** @param {KeyboardEvent} e */
  #pressed(e) {
    if (e.key !== 'Enter' || e.shiftKey || e.isComposing) return;
    e.preventDefault();
    this.submit();
  }

  #typed() {
    this.#fit();
    try {
      if (this.text.value) this.o.storage?.setItem(this.#key, this.text.value);
      else this.o.storage?.removeItem(this.#key);
    } catch {
      // No storage: the draft lives as long as the page.
    }
  }

  #stored() {
    try {
      return this.o.storage?.getItem(this.#key);
    } catch {
      return null;
    }
  }

  #fit() {
    this.text.style.height = 'auto';
    this.text.style.height = `${this.text.scrollHeight}px`;
  }
}
