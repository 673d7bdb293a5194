// Leaving with the profile: to print, as a file, to a counsellor; or leaving
// nothing behind.

import { button, h, icon, uid } from '../dom.js';
import P from './strings.js';

/** @param {import('./tandem-profile.js').Context} c */
export function leaveSection(c) {
  const T = P.leave;
  const link = (/** @type {string} */ path, /** @type {string} */ text, /** @type {'print' | 'save'} */ sign) =>
    h('a', { class: 'quiet', href: c.href(path), download: sign === 'save' }, icon(sign), text);
  const sharing = h('div', { class: 'share' });
  const title = uid('erase');
  const dialog = h('dialog', { class: 'dialog', 'aria-labelledby': title },
    h('form', { method: 'dialog', on: { submit: () => erase() } },
      h('h2', { id: title, text: T.eraseTitle }), h('p', { text: T.eraseText }),
      h('div', { class: 'dialog-actions' }, button(T.cancel, () => dialog.close(), { class: 'quiet' }), h('button', { class: 'strong danger', text: T.erase }))));
  const heading = h('h2', { tabindex: -1, text: T.title });
  const el = h('section', { class: 'card leave' }, heading,
    h('div', { class: 'card-actions' }, link('/profil/imprimer', T.print, 'print'), link('/api/profile/export.csv', T.csv, 'save'), link('/api/profile/export.json', T.json, 'save')),
    h('p', { class: 'small', text: T.what }),
    h('h3', { text: T.share }), sharing,
    h('div', { class: 'card-actions end' }, button(T.erase, () => dialog.showModal(), { class: 'quiet danger' })), dialog);
  let shown = 'nothing yet';

  /** @param {() => Promise<any>} work @param {string} said */
  async function act(work, said) {
    c.fail('');
    try {
      await work();
      await c.profile.load();
      c.say(said);
    } catch (err) {
      c.fail(/** @type {Error} */ (err).message);
    }
  }

  async function erase() {
    await act(() => c.api.eraseProfile(), T.erased);
    /** @type {HTMLElement | null} */ (el.parentElement?.querySelector('.start h2, .start summary, .start button'))?.focus();
  }

  function consent() {
    const yes = h('input', { type: 'checkbox', required: true });
    return h('form', { on: { submit: (/** @type {Event} */ e) => {
      e.preventDefault();
      act(() => c.api.shareProfile(), T.code).then(() => sharing.querySelector('button')?.focus());
    } } }, h('p', { text: T.shareText }), h('label', { class: 'check' }, yes, h('span', { text: T.consent })), h('button', { class: 'strong', text: T.create }));
  }

  /** @param {{code: string, until: string, opened: boolean}} share */
  function given(share) {
    return h('div', { class: 'given' }, h('p', { class: 'small-title', text: T.code }),
      h('p', { class: 'share-code', text: `${share.code.slice(0, 4)} ${share.code.slice(4)}` }),
      h('p', { class: 'small', text: `${share.opened ? T.opened : T.waiting} ${T.until(new Date(share.until))}` }),
      button(T.withdraw, () => act(() => c.api.withdrawProfile(), T.withdrawn).then(() => /** @type {HTMLElement} */ (heading).focus()), { class: 'strong' }));
  }

  return {
    el,
    draw() {
      el.hidden = !c.profile.items.length;
      const { share } = c.profile;
      const now = share ? `${share.code} ${share.opened}` : '';
      if (now === shown) return;
      shown = now;
      sharing.replaceChildren(share ? given(share) : consent());
    },
  };
}
