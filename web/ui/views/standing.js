// What the loaded release of ROME changed of an item of the profile.

import S from '../strings.js';
import { button, h } from '../dom.js';

/** One sentence on an item that the loaded release changed, and what can be done.
 * @param {import('../profile.js').Item} item @param {Pick<import('./card.js').Context, 'profile' | 'fail'>} c */
export function standing(item, c) {
  const T = S.skills.stale;
  const now = /** @type {import('../profile.js').Standing} */ (item.now);
  const take = now.state === 'retired' ? null : button(now.state === 'renamed' ? T.rename : T.replace, () => c.profile.renew(item.code).catch((err) => c.fail(err.message)),
    { class: 'quiet', 'aria-label': (now.state === 'renamed' ? T.renameOf : T.replaceOf)(item.label, now.label ?? '') });
  return h('span', { class: 'small' }, T[now.state](item, now), ' ', take);
}
