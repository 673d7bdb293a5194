// The bar above the messages: who answers, and what one can do from anywhere.

import S from './strings.js';
import { h, icon } from './dom.js';

/** @param {{fresh: () => void, conversations: () => void, data: () => void, human: () => void}} act */
export function barView(act) {
  const one = (/** @type {string} */ name, /** @type {Parameters<typeof icon>[0]} */ mark, /** @type {() => void} */ click, css = '') =>
    h('button', { type: 'button', class: `bar-button ${css}`, 'aria-label': name, title: name, on: { click } }, icon(mark), h('span', { class: 'wide-only', text: name }));
  return h('div', { class: 'topbar' },
    h('p', { class: 'disclosure' }, h('span', { class: 'ai', 'aria-hidden': 'true', text: 'IA' }), S.disclosure),
    h('div', { class: 'bar-actions', role: 'group', 'aria-label': S.actions },
      one(S.fresh, 'plus', act.fresh, 'not-narrow'), one(S.conversations, 'list', act.conversations), one(S.myData, 'shield', act.data),
      h('button', { type: 'button', class: 'bar-button human', on: { click: act.human } }, icon('person'), S.counsellor)));
}
