// What panels share: a modal dialogue with a title and a way out.

import S from '../strings.js';
import { h, icon, uid } from '../dom.js';

/** @param {string} title @param {(import('../dom.js').Child | import('../dom.js').Child[])[]} body */
export function panelView(title, ...body) {
  const id = uid('panel');
  const el = h('dialog', { class: 'dialog panel', 'aria-labelledby': id },
    h('div', { class: 'panel-head' }, h('h2', { id, text: title }),
      h('button', { type: 'button', class: 'round', 'aria-label': S.close, title: S.close, on: { click: () => el.close() } }, icon('cross'))),
    ...body);
  return el;
}
