// Adding by search, and by walking from a domaine to a métier to its skills: a
// whole profile can be made here, and no model has a part in it.

import { button, h, icon, uid } from '../dom.js';
import { folded } from '../views/card.js';
import P from './strings.js';

const skillKinds = ['competence', 'savoir', 'savoir-etre'];

/** @param {import('./tandem-profile.js').Context} c */
export function addSection(c) {
  const T = P.add;
  const field = h('input', { id: uid('find'), type: 'search', maxlength: 200, autocomplete: 'off', enterkeyhint: 'search', placeholder: T.example, on: { input: () => typed() } });
  const form = h('form', { class: 'find', role: 'search', on: { submit: (/** @type {Event} */ e) => (e.preventDefault(), search()) } },
    h('label', { for: field.id, text: T.label }),
    h('div', { class: 'find-row' }, field, h('button', { class: 'strong', 'aria-label': T.search }, icon('search'))));
  const place = h('div', { class: 'found' });
  const browse = button(T.browse, () => fields(), { class: 'quiet' });
  const el = h('section', { class: 'card add' }, h('h2', { text: T.title }), form, browse, place);
  /** @type {Set<() => void>} what shows whether an item is in the profile already */
  let redraw = new Set();
  let last = '';
  let timer = 0;

  function typed() {
    clearTimeout(timer);
    const q = field.value.trim();
    if (q.length >= 3) timer = window.setTimeout(() => q !== last && search(), 300);
  }

  async function search() {
    clearTimeout(timer);
    const q = field.value.trim();
    last = q;
    if (!q) return show();
    try {
      const [metiers, skills] = await Promise.all([c.api.searchRome(q, ['metier']), c.api.searchRome(q, skillKinds)]);
      if (last !== q) return;
      const found = metiers.length + skills.length;
      show(
        skills.length ? group(T.skills, skills.map((s) => option({ code: s.id, label: s.title, kind: s.kind }))) : null,
        metiers.length ? group(T.metiers, metiers.slice(0, 4).map((m) => option({ code: m.id, label: m.title, kind: 'metier' }, search))) : null,
        found ? null : h('p', { class: 'none', text: T.none(q) }));
      c.say(found ? T.found(found) : T.none(q));
    } catch (err) {
      c.fail(/** @type {Error} */ (err).message);
    }
  }

  /** @param {string} name @param {HTMLElement[]} items */
  const group = (name, items) => h('div', { class: 'group' }, h('h3', { text: name }), h('ul', { class: 'rows' }, items));

  /** @param {(Node | null)[]} body */
  function show(...body) {
    redraw = new Set();
    pending.forEach((f) => redraw.add(f));
    pending = [];
    place.replaceChildren(...body.filter((b) => b !== null));
    draw();
  }
  /** @type {(() => void)[]} of the rows being made */
  let pending = [];

  /** Something that may be added; a métier also leads to its skills, and from there back.
   * @param {{code: string, label: string, kind: string, core?: boolean}} o @param {() => void} [back] */
  function option(o, back) {
    const kind = P.kept.kinds[/** @type {'savoir'} */ (o.kind)];
    const there = h('span', { class: 'there', hidden: true }, icon('check'), T.there);
    const add = button(T.add, async () => {
      if (await c.decide(o.code, o.label, 'accepted', P.decide.said.accepted)) c.say(T.added(o.label));
    }, { class: 'quiet', 'aria-label': T.addOf(o.label) });
    pending.push(() => {
      const is = c.profile.of(o.code) === 'accepted';
      const had = /** @type {ShadowRoot | Document} */ (add.getRootNode()).activeElement === add;
      add.hidden = is;
      there.hidden = !is;
      if (is && had) next(add);
    });
    return h('li', {}, h('span', {}, o.label, ' ', h('span', { class: 'small', text: kind })),
      h('span', { class: 'row-acts' },
        back ? button(T.itsSkills, () => metier(o.code, back), { class: 'quiet', 'aria-label': T.itsSkillsOf(o.label) }) : null, add, there));
  }

  /** The focus goes on to the next thing to add, or back to the search. @param {HTMLElement} from */
  function next(from) {
    const buttons = [...place.querySelectorAll('.row-acts > button:not([hidden])')];
    const after = buttons.find((b) => from.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING && /** @type {HTMLElement} */ (b).offsetParent);
    /** @type {HTMLElement} */ (after ?? field).focus();
  }

  /** A step of the walk: what is shown, under a heading that takes the focus.
   * @param {string} name @param {(() => void) | null} back @param {(Node | null)[]} body */
  function step(name, back, ...body) {
    const heading = h('h3', { tabindex: -1, text: name });
    show(back ? h('button', { type: 'button', class: 'quiet back', on: { click: back } }, icon('back'), T.back) : null, heading, ...body);
    heading.focus();
  }

  /** @param {() => Promise<void>} work */
  const walk = (work) => work().catch((err) => c.fail(err.message));

  const fields = () => walk(async () => {
    const all = await c.api.fields();
    step(T.fields, null, h('div', { class: 'fields' }, all.map((f) => folded(f.label,
      h('ul', { class: 'links' }, f.under.map((/** @type {any} */ d) => h('li', {}, button(d.label, () => within(d), { class: 'link' }))))))));
  });

  /** @param {{code: string, label: string}} domaine */
  const within = (domaine) => walk(async () => {
    const all = await c.api.within(domaine.code);
    step(domaine.label, fields, h('ul', { class: 'links' }, all.map((m) => h('li', {}, button(m.label, () => metier(m.code, () => within(domaine)), { class: 'link' })))));
  });

  /** @param {string} code @param {() => void} back */
  const metier = (code, back) => walk(async () => {
    const m = await c.api.metier(code);
    const skills = (m.skills ?? []).map((/** @type {any} */ s) => ({ code: s.code, label: s.label, kind: s.kind, core: s.core }));
    const core = skills.filter((/** @type {any} */ s) => s.core);
    const rest = skills.filter((/** @type {any} */ s) => !s.core);
    const rows = (/** @type {any[]} */ some) => h('ul', { class: 'rows' }, some.map((s) => option(s)));
    step(m.label, back,
      h('ul', { class: 'rows' }, option({ code: m.code, label: m.label, kind: 'metier' })),
      core.length ? h('div', { class: 'group' }, h('h4', { text: T.core }), rows(core)) : null,
      rest.length ? h('div', { class: 'group' }, h('h4', { text: T.others }), rows(rest.slice(0, 12)),
        rest.length > 12 ? folded(T.moreOf(rest.length - 12), rows(rest.slice(12))) : null) : null);
  });

  function draw() {
    for (const f of redraw) f();
  }
  return { el, draw };
}
