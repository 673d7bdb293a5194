// What is kept of the person, until when, and their choices: take it, erase it,
// do without AI. One press away from any conversation.

import S from '../strings.js';
import { button, h, outward } from '../dom.js';
import { panelView } from './panel.js';

/** @param {import('../tandem-chat.js').TandemChat} chat @returns {Promise<HTMLDialogElement>} */
export async function open(chat) {
  const T = S.data;
  const api = /** @type {import('../api.js').API} */ (chat.api);
  /** @type {{kept: {label: string, count: number}[], minutes: number, ai: boolean}} */
  const data = await api.call('GET', 'api/data');
  const said = h('p', { class: 'notice', role: 'status', hidden: true });
  const tell = (/** @type {string} */ text) => ((said.textContent = text), (said.hidden = !text));
  const wrong = h('p', { class: 'composer-error', role: 'alert' });

  /** @param {() => Promise<void>} act */
  const attempt = async (act) => {
    wrong.textContent = '';
    await act().catch((/** @type {Error} */ err) => (wrong.textContent = err.message));
  };

  const kept = data.kept.filter((k) => k.count);
  const rows = h('div', {}, kept.length ? h('ul', { class: 'plain-list' }, kept.map((k) => h('li', {}, `${k.label} : `, h('strong', { text: S.number(k.count) })))) : h('p', { text: T.nothing }));

  const sure = h('div', { class: 'sure', hidden: true }, h('p', { text: T.sure }),
    h('div', { class: 'dialog-actions' }, button(T.eraseNow, () => attempt(async () => {
      await api.call('DELETE', 'api/session');
      rows.replaceChildren(h('p', { text: T.nothing }));
      sure.hidden = true;
      erase.hidden = take.hidden = true;
      tell(T.erased);
      said.tabIndex = -1;
      said.focus();
      await chat.forgotten();
      ai.checked = chat.session?.ai === false; // a refusal is not forgotten with the rest
    }), { class: 'strong danger' }), button(T.keep, () => ((sure.hidden = true), erase.setAttribute('aria-expanded', 'false'), erase.focus()), { class: 'quiet' })));
  const erase = button(T.erase, () => {
    sure.hidden = !sure.hidden;
    erase.setAttribute('aria-expanded', String(!sure.hidden));
    if (!sure.hidden) /** @type {HTMLElement | null} */ (sure.querySelector('.quiet'))?.focus();
  }, { class: 'quiet', 'aria-expanded': 'false' });
  const take = h('a', { class: 'quiet', href: `${api.base}api/data/export.json`, download: '', text: T.take });

  const ai = h('input', { type: 'checkbox', checked: !data.ai, on: { change: () => attempt(async () => {
    try {
      await chat.setAI(!ai.checked);
      tell(ai.checked ? T.without : T.with);
    } catch (err) {
      ai.checked = !ai.checked;
      throw err;
    }
  }) } });

  return panelView(T.title,
    said, wrong,
    h('p', { text: T.kept(data.minutes) }), rows, h('p', { class: 'small', text: T.longer }),
    h('div', { class: 'dialog-actions' }, take, erase), sure,
    h('h3', { text: T.aiTitle }),
    h('label', { class: 'check' }, ai, h('span', { text: T.refuse })), h('p', { class: 'small', text: T.refuseNote }),
    h('p', { class: 'small' }, outward(api.base + 'mes-donnees', T.page), ' · ', outward(api.base + 'chercher', T.find), ' · ', outward(api.base + 'registre', T.registry)));
}
