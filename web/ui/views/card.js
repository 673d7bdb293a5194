// What every card of results shares: a frame with a title, chips, a folded part,
// and the sentence that says what the figures are worth.

import { h, uid } from '../dom.js';

/**
 * What a card may do, given by the component.
 * @typedef {object} Context
 * @property {(text: string) => void} ask sends a message as the person
 * @property {(reason: string) => void} handoff opens « Parler à un conseiller »
 * @property {(text: string) => Promise<void>} copy
 * @property {(text: string) => void} say announces to whoever does not see
 * @property {(message: string) => void} fail shows an error
 * @property {(url: string | undefined) => string | null} href a safe address, on the server if relative
 * @property {import('../profile.js').Profile} profile
 * @property {import('../api.js').API} api
 * @property {() => import('../api.js').Role} role
 */

/** @param {string} kind @param {string} title @param {(import('../dom.js').Child | import('../dom.js').Child[])[]} body */
export function card(kind, title, ...body) {
  const id = uid('card');
  // A group, not a region: a long conversation would have dozens of landmarks.
  return h('div', { class: `card card-${kind}`, role: 'group', 'aria-labelledby': id }, h('h3', { id, class: 'card-title', text: title }), ...body);
}

/** @param {string} label @param {(import('../dom.js').Child | import('../dom.js').Child[])[]} body */
export function folded(label, ...body) {
  return h('details', { class: 'folded' }, h('summary', { text: label }), h('div', { class: 'folded-body' }, ...body));
}

/** @param {(import('../dom.js').Child)[]} items @param {string} [name] */
export function chips(items, name) {
  return h('ul', { class: 'chips', 'aria-label': name }, items.map((item) => h('li', { class: 'chip' }, item)));
}

/** The small print of a card. @param {(string | undefined | null | false)[]} lines */
export function small(...lines) {
  const said = lines.filter(Boolean);
  return said.length ? h('p', { class: 'small' }, said.join(' · ')) : null;
}

/** A link or a label is given as a string or an object with one. @param {any} x */
export const labelOf = (x) => (typeof x === 'string' ? x : (x?.label ?? x?.title ?? ''));

/** What a server list holds: Go writes null for an empty one. @param {any} x @returns {any[]} */
export const list = (x) => (Array.isArray(x) ? x : []);
