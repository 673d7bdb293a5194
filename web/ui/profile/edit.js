// Saying it better: another job title, another métier, a more precise skill.

import { button, h, icon, uid } from '../dom.js';
import { nameOf } from '../profile.js';
import { folded } from '../views/card.js';
import P from './strings.js';

/** @typedef {import('../profile.js').Item} Item */

/**
 * A button, and the pane it opens below an item.
 * @param {import('./tandem-profile.js').Context} c @param {() => Item} item as it now is
 */
export function editor(c, item) {
  const T = P.edit;
  const pane = h('div', { class: 'edit', id: uid('edit'), hidden: true, on: { keydown: (/** @type {KeyboardEvent} */ e) => e.key === 'Escape' && close() } });
  const name = nameOf(item());
  const opener = h('button', {
    type: 'button', class: 'choice', 'aria-expanded': 'false', 'aria-controls': pane.id, 'aria-label': P.decide.modifyOf(name), on: { click: () => (pane.hidden ? open() : close()) },
  }, icon('pen'), h('span', { text: P.decide.modify }));

  function close() {
    pane.hidden = true;
    pane.replaceChildren();
    opener.setAttribute('aria-expanded', 'false');
    opener.focus();
  }

  function open() {
    const now = item();
    const metier = now.kind === 'metier';
    const results = h('div', { class: 'edit-results' });
    const field = h('input', { id: uid('instead'), type: 'search', maxlength: 200, autocomplete: 'off', value: metier ? '' : (now.evidence?.[0]?.text ?? now.label).slice(0, 120) });
    const form = h('form', { class: 'find', on: { submit: (/** @type {Event} */ e) => (e.preventDefault(), search()) } },
      h('label', { for: field.id, text: metier ? T.metier : T.skill }),
      h('div', { class: 'find-row' }, field, h('button', { class: 'strong', 'aria-label': P.add.search }, icon('search'))));
    pane.replaceChildren(h('p', { class: 'edit-title', text: T.title(nameOf(now)) }), form, results, button(T.close, close, { class: 'quiet' }));
    pane.hidden = false;
    opener.setAttribute('aria-expanded', 'true');
    field.focus();
    field.select();
    if (metier) titles();
    else search();

    /** @param {{code: string, label: string}[]} list */
    const choices = (list) => h('ul', { class: 'rows' }, list.map((o) => h('li', {}, h('span', { text: o.label }),
      button(T.choose, () => choose(o), { class: 'quiet', 'aria-label': T.chooseOf(o.label) }))));

    async function titles() {
      try {
        const m = await c.api.metier(now.code);
        const all = (m.appellations ?? []).filter((/** @type {any} */ a) => a.label !== nameOf(now));
        results.replaceChildren(h('p', { class: 'small-title', text: T.titles }), choices(all.slice(0, 6)),
          all.length > 6 ? folded(P.add.moreOf(all.length - 6), choices(all.slice(6))) : '');
      } catch (err) {
        c.fail(/** @type {Error} */ (err).message);
      }
    }

    async function search() {
      const q = field.value.trim();
      if (!q) return;
      try {
        const found = await c.api.searchRome(q, metier ? ['appellation', 'metier'] : ['competence', 'savoir', 'savoir-etre']);
        const others = found.filter((f) => f.id !== now.code).map((f) => ({ code: f.id, label: f.title }));
        results.replaceChildren(others.length ? choices(others.slice(0, 8)) : h('p', { class: 'none', text: P.add.none(q) }));
        c.say(P.add.found(others.length));
      } catch (err) {
        c.fail(/** @type {Error} */ (err).message);
      }
    }

    /** @param {{code: string, label: string}} by */
    async function choose(by) {
      c.fail('');
      const root = /** @type {ShadowRoot} */ (opener.getRootNode()); // the row may be gone when it is done
      try {
        await c.profile.change({ replace: [{ code: now.code, by: by.code }] });
        c.say(T.done(nameOf(now), by.label));
        if (pane.isConnected) close();
        if (!root.activeElement) /** @type {HTMLElement | null} */ (root.querySelector?.('.decide .choice.yes, .kept h2'))?.focus();
      } catch (err) {
        c.fail(/** @type {Error} */ (err).message);
      }
    }
  }
  return { opener, el: pane };
}
