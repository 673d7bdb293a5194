// rome.skills: each proposal beside the words it rests on, to accept or refuse.

import S from '../strings.js';
import { button, h, icon, outward, uid } from '../dom.js';
import { spoken } from '../language.js';
import { segments } from '../spans.js';
import { card, folded, list, small } from './card.js';
import { standing } from './standing.js';

/** @param {any} content @param {import('./card.js').Context} c */
export function skillsView(content, c) {
  const T = S.skills;
  const skills = list(content.skills);
  const shown = skills.slice(0, content.shown > 0 ? content.shown : skills.length);
  const rest = skills.slice(shown.length);
  const text = content.document_id ? reader(content, c) : null;
  const rows = new Map(skills.map((s) => [s.code, row(s, c, text)]));
  const metiers = list(content.occupations).map((o) => ({ ...o, code: o.rome, label: `${o.rome} ${o.appellation || o.metier}`, name: occupationName(o, c), row: /** @type {any} */ (null) }));
  for (const m of metiers) rows.set(m.code, (m.row = row(m, c, text)));
  const at = (/** @type {any[]} */ some) => ['competence', 'savoir', 'savoir-etre'].map((kind) => {
    const own = some.filter((s) => s.kind === kind);
    if (!own.length) return null;
    return h('div', { class: 'group' }, h('h4', { text: kindName(kind) }), h('ul', { class: 'proposals' }, own.map((s) => rows.get(s.code)?.el)));
  });
  const meter = progress([...metiers, ...shown], c);
  const profileLine = h('p', { class: 'small' });
  const stale = h('div', { class: 'group', hidden: true });

  const draw = () => {
    for (const r of rows.values()) r.draw();
    meter?.draw();
    drawStale(stale, c.profile.stale.filter((item) => !rows.has(item.code)), c);
    profileLine.textContent = T.summary(c.profile.counts ?? content.profile ?? {});
  };
  c.profile.addEventListener('change', draw);
  draw();
  c.profile.load().catch(() => {}); // the statuses of the event are shown meanwhile

  const el = card('skills', T.title,
    h('p', { class: 'lead', text: T.lead }),
    changed(content),
    list(content.not_found).length ? h('ul', { class: 'plain-list' }, content.not_found.map((/** @type {string} */ why) => h('li', { text: why }))) : null,
    meter?.el,
    h('div', { class: 'board' },
      h('div', { class: 'board-main' },
        metiers.length ? h('div', { class: 'group' }, h('h4', { text: T.occupations }), h('ul', { class: 'proposals' }, metiers.map((m) => m.row.el))) : null,
        skills.length ? at(shown) : list(content.changed).length ? null : h('p', { class: 'none', text: T.none }),
        rest.length ? folded(T.more(rest.length), at(rest)) : null),
      text?.el),
    stale,
    profileLine,
    h('p', {}, outward(c.href(spoken('/profil')), T.page)),
    small(content.total > skills.length && T.total(skills.length, content.total), content.notice, content.rome_version && T.rome(content.rome_version)));
  return { el, close: () => c.profile.removeEventListener('change', draw) };
}

/** @param {string} kind */
const kindName = (kind) => S.skills.kinds[/** @type {keyof typeof S.skills.kinds} */ (kind)] ?? kind;

/** @param {any} content */
function changed(content) {
  const items = list(content.changed);
  if (!items.length) return null;
  const status = (/** @type {string} */ s) => S.skills.status[/** @type {keyof typeof S.skills.status} */ (s)] ?? s;
  return h('div', { class: 'group' }, h('h4', { text: S.skills.changed }),
    h('ul', { class: 'plain-list' }, items.map((i) => h('li', {}, i.label, ' : ', h('strong', { text: status(i.status) }), i.replaces ? ` ${S.skills.stale.replaces(i.replaces)}` : ''))));
}

/** @param {any[]} shown @param {import('./card.js').Context} c */
function progress(shown, c) {
  if (!shown.length) return null;
  const id = uid('progress');
  const said = h('p', { id, class: 'progress-text' });
  const fill = h('progress', { max: shown.length, value: 0, 'aria-label': S.skills.progressLabel, 'aria-describedby': id });
  return {
    el: h('div', { class: 'progress' }, fill, said),
    draw() {
      const done = shown.filter((s) => c.profile.of(s.code, s.status) !== 'proposed').length;
      fill.value = done;
      said.textContent = S.skills.progress(done, shown.length);
    },
  };
}

/** What the loaded release of ROME changes in the profile, beside the items of
 * this card; the person decides, nothing is replaced by itself.
 * @param {HTMLElement} el @param {import('../profile.js').Item[]} items @param {import('./card.js').Context} c */
function drawStale(el, items, c) {
  el.hidden = !items.length;
  el.replaceChildren(...(items.length ? [h('h4', { text: S.skills.stale.title }), h('ul', { class: 'plain-list' }, items.map((item) =>
    h('li', {}, h('a', { href: c.href(`/rome/${encodeURIComponent(item.code)}`), target: '_blank', rel: 'noopener' }, item.label, h('span', { class: 'hidden', text: S.newTab })),
      ' ', standing(item, c))))] : []));
}

/** The name of a métier, with its code as a link to its page.
 * @param {any} o @param {import('./card.js').Context} c */
const occupationName = (o, c) => [
  h('a', { class: 'code', href: c.href(`/rome/${encodeURIComponent(o.rome)}`), target: '_blank', rel: 'noopener' }, o.rome, h('span', { class: 'hidden', text: S.newTab })),
  ' ', o.appellation || o.metier,
];

/** Something to accept or refuse, with the words it rests on.
 * @param {{code: string, label: string, name?: any, evidence: any, confidence: number, why?: string, status?: any}} s
 * @param {import('./card.js').Context} c @param {ReturnType<typeof reader> | null} text */
function row(s, c, text) {
  const T = S.skills;
  const decide = (/** @type {'accepted' | 'refused'} */ to) => {
    const next = c.profile.of(s.code, s.status) === to ? 'proposed' : to;
    c.profile.decide(s.code, next).catch((err) => c.fail(err.message));
  };
  const accept = h('button', { type: 'button', class: 'choice yes', 'aria-label': T.acceptOf(s.label), on: { click: () => decide('accepted') } }, icon('check'), T.accept);
  const refuse = h('button', { type: 'button', class: 'choice no', 'aria-label': T.refuseOf(s.label), on: { click: () => decide('refused') } }, icon('cross'), T.refuse);
  const note = h('p', { class: 'small', hidden: true });
  const el = h('li', { class: 'proposal' },
    h('div', { class: 'proposal-what' },
      h('p', { class: 'proposal-label' }, s.name ?? s.label),
      note,
      evidence(s.evidence, text),
      small(s.confidence > 0 && T.confidence(s.confidence), s.why)),
    h('div', { class: 'choices', role: 'group', 'aria-label': s.label }, accept, refuse));
  return {
    el,
    draw() {
      const status = c.profile.of(s.code, s.status);
      el.dataset.status = status;
      accept.setAttribute('aria-pressed', String(status === 'accepted'));
      refuse.setAttribute('aria-pressed', String(status === 'refused'));
      const item = c.profile.stale.find((i) => i.code === s.code);
      note.hidden = !item;
      note.replaceChildren(item ? standing(item, c) : '');
    },
  };
}

/** The person's own words; each leads to its place in the text.
 * @param {any} spans @param {ReturnType<typeof reader> | null} text */
function evidence(spans, text) {
  const all = list(spans);
  if (!all.length) return null;
  return h('p', { class: 'evidence' }, h('span', { class: 'evidence-label', text: S.skills.evidence + ' ' }),
    all.slice(0, 3).map((span, i) => [i ? ' ' : '', text
      ? button(S.quote(span.text), () => text.show(span), { class: 'quote' })
      : h('q', { class: 'quote', text: S.quote(span.text) })]).flat());
}

/** The text that was read, folded until someone wants to see it.
 * @param {any} content @param {import('./card.js').Context} c */
function reader(content, c) {
  const id = uid('text');
  const spans = [...list(content.occupations), ...list(content.skills)].flatMap((x) => list(x.evidence));
  const pane = h('div', { class: 'reader', id, hidden: true, tabindex: 0, role: 'group', 'aria-label': S.skills.document });
  const toggle = h('button', { type: 'button', class: 'quiet', 'aria-expanded': 'false', 'aria-controls': id, on: { click: () => (pane.hidden ? open() : hide()) } });
  const label = h('span', { text: S.skills.read });
  toggle.append(icon('eye'), label);
  const el = h('div', { class: 'board-side' }, toggle, pane);
  /** @type {{from: number, to: number, el: HTMLElement}[]} */
  let marks = [];
  /** @type {Promise<void> | null} */
  let loading = null;

  function hide() {
    pane.hidden = true;
    toggle.setAttribute('aria-expanded', 'false');
    label.textContent = S.skills.read;
    el.parentElement?.classList.remove('open');
  }
  async function open() {
    pane.hidden = false;
    toggle.setAttribute('aria-expanded', 'true');
    label.textContent = S.skills.unread;
    el.parentElement?.classList.add('open');
    await (loading ??= load());
  }
  async function load() {
    try {
      const { name, text } = await c.api.document(content.document_id);
      pane.setAttribute('aria-label', `${S.skills.document} : ${name}`);
      marks = [];
      pane.replaceChildren(...segments(text, spans).map((s) => {
        if (!s.marks.length) return document.createTextNode(s.text);
        const mark = h('mark', { text: s.text });
        for (const m of s.marks) marks.push({ from: spans[m].start, to: spans[m].end, el: mark });
        return mark;
      }));
    } catch (err) {
      loading = null;
      pane.replaceChildren(h('p', { class: 'none', text: /** @type {any} */ (err).code === 'not_found' ? S.skills.gone : /** @type {Error} */ (err).message }));
    }
  }
  return {
    el,
    /** @param {{start: number, end: number}} span */
    async show(span) {
      await open();
      const there = marks.filter((m) => m.from === span.start && m.to === span.end);
      for (const m of marks) m.el.classList.toggle('here', there.includes(m));
      there[0]?.el.scrollIntoView({ block: 'center' });
      pane.focus({ preventScroll: true });
    },
  };
}
