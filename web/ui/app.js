// The page around the conversation: who one is here, and which model answers.

import S from './strings.js';
import { h } from './dom.js';
import { spoken } from './language.js';
import './tandem-chat.js';

const chat = /** @type {import('./tandem-chat.js').TandemChat} */ (document.querySelector('tandem-chat'));
const place = /** @type {HTMLElement} */ (document.getElementById('session'));

document.documentElement.lang = S.lang;
const words = /** @type {Record<string, string>} */ ({ ...S.page, data: S.myData });
for (const el of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-text]'))) el.textContent = words[el.dataset.text ?? ''];
const other = /** @type {HTMLAnchorElement} */ (document.querySelector('a[hreflang]'));
other.lang = other.hreflang = S.lang === 'fr' ? 'en' : 'fr';
other.href = S.lang === 'fr' ? '/?lang=en' : '/';

chat.addEventListener('tandem-session', (e) => {
  const session = /** @type {CustomEvent<import('./api.js').Session>} */ (e).detail;
  document.documentElement.dataset.role = session.role;
  const focused = place.contains(document.activeElement);
  place.replaceChildren(badge(session), places(links[session.role] ?? []), session.roles ? roles(session) : '');
  if (focused) place.querySelector('select')?.focus();
});

/** @type {Partial<Record<import('./api.js').Role, [string, string][]>>} */
const links = { seeker: [[spoken('/profil'), S.myProfile]], recruiter: [['/portefeuille', S.ownOffers]],
  counsellor: [['/portefeuille', S.portfolio], [spoken('/demandes'), S.requests], ['/profils', S.profiles], ['/contestations', S.desk]] };

/** Where else one can go: beside each other, or behind one word where there is no room.
 * @param {[string, string][]} to */
function places(to) {
  const each = () => to.map(([href, text]) => h('a', { class: 'desk', href, text }));
  if (to.length < 2) return h('nav', { 'aria-label': S.menu }, each());
  return h('nav', { class: 'places', 'aria-label': S.menu }, h('div', { class: 'places-row' }, each()),
    h('details', { class: 'places-fold' }, h('summary', { text: S.menu }), h('div', { class: 'places-list' }, each())));
}

/** @param {import('./api.js').Session} session */
function badge({ model }) {
  if (!model?.name) return '';
  return h('span', { class: 'badge', title: S.model(model.name), 'data-offline': String(model.offline) }, model.offline ? S.offlineModel : S.model(model.name));
}

/** @param {import('./api.js').Session} session */
function roles({ role, roles: all }) {
  const select = h('select', { id: 'role', on: { change: () => chat.setRole(/** @type {any} */ (select.value)) } },
    (all ?? []).map((r) => h('option', { value: r, selected: r === role }, S.roles[r] ?? r)));
  return h('div', { class: 'role' }, h('label', { for: 'role', class: 'role-label', text: S.roleSwitch }), select);
}
