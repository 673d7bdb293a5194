// What an empty conversation shows: what this is for, and first questions.

import S from '../strings.js';
import { button, fine, h, icon } from '../dom.js';

/**
 * @param {import('../api.js').Role} role
 * @param {import('../api.js').Session | null} session
 * @param {{ask: (text: string) => void, write: (text: string) => void, attach: () => void}} act
 */
export function welcomeView(role, session, act) {
  const T = S.welcome[role] ?? S.welcome.seeker;
  const notices = session?.notices ?? [];
  return h('div', { class: 'welcome' },
    h('h2', { text: T.title }),
    h('p', { class: 'welcome-text', text: T.text }),
    h('ul', { class: 'suggestions' }, T.suggestions.map((s) => h('li', {}, suggestion(s, act)))),
    h('p', { class: 'small welcome-note', text: S.aboutText }),
    notices.map((text) => h('p', { class: 'notice' }, icon('hint'), text)));
}

/** @param {{label: string, text?: string, attach?: boolean, draft?: boolean}} s @param {{ask: (text: string) => void, write: (text: string) => void, attach: () => void}} act */
function suggestion(s, act) {
  const el = button('', () => {
    if (s.attach) act.attach();
    else if (s.draft) act.write(s.text ?? '');
    else act.ask(s.text ?? s.label);
  }, { class: 'suggestion' });
  el.append(h('strong', { text: s.label }), h('span', { class: 'small', text: s.attach ? S.composer.formats : s.draft ? S.composer.placeholder : fine(s.text ?? '') }));
  return el;
}
