// What forms and links cannot do on the pages of a portfolio: alerts shown as
// they are raised, and a curve that moves while one tries conditions. Both are
// also there without this script, after a reload.

import { h } from './dom.js';

const percent = new Intl.NumberFormat('fr-FR', { style: 'percent', maximumFractionDigits: 0 });

/** @typedef {{offer: string, title: string, probability: number, at: string}} Alert */

const T = {
  /** @param {Alert[]} fresh @param {number} waiting */
  fresh: (fresh, waiting) => (fresh.length === 1
    ? `Nouvelle alerte : ${fresh[0].title}, ${percent.format(fresh[0].probability)} de risque de dépasser 30 jours. ${waiting} à traiter.`
    : `${fresh.length} nouvelles alertes. ${waiting} à traiter.`),
  handled: (/** @type {string} */ title) => `Marquer comme traitée : ${title}`,
  done: 'Marquer comme traitée',
};

const alerts = /** @type {HTMLElement | null} */ (document.querySelector('[data-live]'));
if (alerts) follow(alerts);
const form = /** @type {HTMLFormElement | null} */ (document.querySelector('[data-what-if]'));
if (form) tryOut(form);

/** Keeps the alerts as the server has them, while somebody looks: a hidden page
 * holds no connection. @param {HTMLElement} section */
function follow(section) {
  const list = /** @type {HTMLElement} */ (section.querySelector('#alert-list'));
  const count = /** @type {HTMLElement} */ (section.querySelector('#waiting'));
  const live = /** @type {HTMLElement} */ (document.getElementById('live'));
  /** @type {EventSource | undefined} */
  let source;
  const listen = () => {
    if (document.hidden) {
      source?.close();
      source = undefined;
    } else if (!source) {
      source = new EventSource(/** @type {string} */ (section.dataset.live));
      source.addEventListener('message', (e) => take(JSON.parse(e.data)));
    }
  };
  /** @param {{waiting: number, newest: Alert[]}} now */
  const take = ({ waiting, newest }) => {
    count.textContent = String(waiting);
    const shown = new Map([...list.children].map((li) => [/** @type {HTMLElement} */ (li).dataset.offer, li]));
    const fresh = newest.filter((a) => !shown.has(a.offer));
    for (const a of fresh.toReversed()) list.prepend(item(a, list.dataset.back ?? ''));
    // Handled elsewhere: not waiting any more. What has the focus is left alone.
    for (const [offer, li] of shown) {
      if (waiting <= newest.length && !newest.some((a) => a.offer === offer) && !li.contains(document.activeElement)) li.remove();
    }
    if (fresh.length) live.textContent = T.fresh(fresh, waiting);
  };
  document.addEventListener('visibilitychange', listen);
  listen();
}

/** @param {Alert} a @param {string} back */
function item(a, back) {
  return h('li', { 'data-offer': a.offer },
    h('a', { href: `/portefeuille/offres/${encodeURIComponent(a.offer)}`, text: a.title }), ' ',
    h('span', { class: 'fine', text: `${a.offer} · ${percent.format(a.probability)} · ${new Date(a.at).toLocaleDateString('fr-FR')}` }),
    h('form', { method: 'post', action: '/portefeuille' },
      h('input', { type: 'hidden', name: 'back', value: back }),
      h('button', { class: 'quiet small', name: 'offer', value: a.offer, 'aria-label': T.handled(a.title) }, T.done)));
}

/** Moves the curve while conditions are tried. @param {HTMLFormElement} form */
function tryOut(form) {
  const line = document.getElementById('line-if');
  const says = /** @type {HTMLElement} */ (document.getElementById('what-if-says'));
  const changes = /** @type {HTMLElement} */ (document.getElementById('what-if-changes'));
  const cells = [...document.querySelectorAll('.cell-if')];
  /** @type {AbortController | undefined} */
  let asked;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let later;
  const ask = async () => {
    asked?.abort();
    asked = new AbortController();
    const query = new URLSearchParams(/** @type {any} */ (new FormData(form)));
    try {
      const answer = await fetch(`${form.dataset.whatIf}?${query}`, { signal: asked.signal, headers: { Accept: 'application/json' } });
      const body = await answer.json();
      if (!answer.ok) {
        says.textContent = body.message;
        return;
      }
      line?.setAttribute('d', body.path);
      says.textContent = body.say;
      changes.textContent = (body.changes ?? []).join(', ');
      cells.forEach((cell, i) => { cell.textContent = body.rows[i] || '–'; });
      history.replaceState(null, '', `?${query}`);
    } catch (err) {
      if (/** @type {Error} */ (err).name !== 'AbortError') form.submit(); // the page itself will say what is wrong
    }
  };
  form.addEventListener('input', () => {
    clearTimeout(later);
    later = setTimeout(ask, 250); // after the last key, so that only what is meant is announced
  });
  form.addEventListener('submit', (e) => {
    e.preventDefault();
    clearTimeout(later);
    ask();
  });
}
