// offer.legality: the offer with the words in question marked, the findings one
// by one, and the dialogue: correct, check again at once, undo, contest.
// Severity is said in words and by the line under the words, never by colour
// alone. Corrections are the engine's own; no model has a part in them.

import S from '../strings.js';
import { button, h, icon, uid } from '../dom.js';
import { diff, edited, editedAll, proposal, statusOf } from '../review.js';
import { segments } from '../spans.js';
import { card, folded, list, small } from './card.js';
import { finding, severity } from './finding.js';

const signs = { clean: 'check', review: 'eye', justify: 'alert', blocked: 'ban' };

/** @param {any} content @param {import('./card.js').Context} c */
export function legalityView(content, c) {
  return { el: new Review(content, c).el };
}

/** @typedef {{title: string, text: string, findings: any[], advice: any[], version: string, date: string}} Checked */

class Review {
  /** Texts before each correction. @type {Checked[]} */
  #past = [];
  /** What was contested here, with the counsellors' answers. @type {any[]} */
  #contests = [];
  #editing = false;
  #busy = false;

  /** @param {any} content @param {import('./card.js').Context} c */
  constructor(content, c) {
    this.c = c;
    this.facts = content.facts ?? {};
    this.notice = content.notice;
    this.help = content.contest;
    /** @type {Checked} */
    this.first = { title: content.title ?? '', text: content.text ?? '', findings: list(content.findings), advice: list(content.advice), version: content.version, date: content.date };
    this.now = this.first;
    const r = content.rewritten;
    if (r) {
      this.#past.push(this.first);
      this.now = { title: r.title ?? '', text: r.text ?? '', findings: list(r.remaining), advice: [], version: r.version ?? content.version, date: r.date ?? content.date };
    }
    this.body = h('div', { class: 'review' });
    this.el = card('legality', r ? S.legality.rewritten : S.legality.title, this.body);
    this.#draw();
    this.#answers();
  }

  /** Whether the page's text is not the one that was sent. */
  get #changed() {
    return this.now.title !== this.first.title || this.now.text !== this.first.text;
  }

  #draw() {
    const T = S.legality;
    const all = [...this.now.findings, ...this.now.advice].map((f, i) => {
      return { ...f, n: i + 1, id: uid('finding'), contest: this.#contestOf(f), lifted: this.#lifted(f) };
    });
    const findings = all.slice(0, this.now.findings.length);
    const advice = all.slice(this.now.findings.length);
    const { c } = this;
    /** @type {import('./finding.js').Acts} */
    const acts = {
      fix: (f) => this.#fix(f),
      contest: (f, reason) => this.#contest(f, reason),
      letter: c.role() === 'counsellor' ? (f) => c.api.letter(this.#pointed(f)) : null,
    };
    this.status = statusOf(findings);
    this.left = findings.filter((f) => !f.lifted).length;
    this.verdict = verdict(this.status, findings.filter((f) => f.lifted).length, this.#changed);
    this.items = findings.map((f) => finding(f, acts, c));
    this.body.replaceChildren(...[
      this.verdict,
      this.#editing ? this.#form() : h('div', { class: 'offer' },
        this.now.title ? h('p', { class: 'offer-title' }, marked(this.now.title, all, 'title')) : null,
        h('div', { class: 'offer-text', role: 'group', 'aria-label': T.offer, tabindex: 0 }, marked(this.now.text, all, 'text'))),
      this.#editing ? null : this.#toolbar(all),
      this.#changed && !this.#editing ? this.#changes() : null,
      ...(findings.length ? [h('h4', { text: T.findings(this.left) }), h('ol', { class: 'findings' }, this.items)] : []),
      advice.length ? folded(T.advice, h('ol', { class: 'findings', start: findings.length + 1 }, advice.map((f) => finding(f, acts, c)))) : null,
      this.status === 'clean' ? null : h('div', { class: 'card-actions' }, button(T.contestAsk, () => c.handoff(T.contestReason), { class: 'quiet' })),
      small(this.help, this.notice, this.now.version && T.version(this.now.version, this.now.date)),
    ].filter((x) => x !== null));
  }

  /** @param {any[]} all */
  #toolbar(all) {
    const T = S.legality;
    const fixable = all.filter((f) => f.severity !== 'S1' && !f.lifted && proposal(f)).length;
    return h('div', { class: 'card-actions', role: 'group', 'aria-label': T.tools },
      fixable ? button(T.fixAll(fixable), () => this.#fixAll(), { class: 'strong' }) : null,
      button(T.check, () => this.#again(), { class: 'quiet' }),
      button(T.edit, () => this.#edit(true), { class: 'quiet' }),
      this.#past.length ? button(T.undo, () => this.#undo(), { class: 'quiet' }) : null,
      this.#changed ? button(T.copy, () => this.c.copy([this.now.title, this.now.text].filter(Boolean).join('\n\n')).then(() => this.c.say(S.message.copied)), { class: 'quiet' }) : null);
  }

  #form() {
    const T = S.legality;
    const ids = [uid('title'), uid('text')];
    this.fields = { title: h('input', { id: ids[0], type: 'text', value: this.now.title, maxlength: 500 }), text: h('textarea', { id: ids[1], rows: 10, text: this.now.text }) };
    return h('form', {
      class: 'offer-form', on: {
        submit: (/** @type {Event} */ e) => {
          e.preventDefault();
          this.#again();
        },
      },
    },
    h('label', { for: ids[0], text: T.offerTitle }), this.fields.title,
    h('label', { for: ids[1], text: T.offer }), this.fields.text,
    h('div', { class: 'card-actions' },
      h('button', { type: 'submit', class: 'strong', text: T.check }),
      button(T.giveUp, () => this.#edit(false), { class: 'quiet' })));
  }

  #changes() {
    const T = S.legality;
    const shown = (/** @type {'title' | 'text'} */ field) => diff(this.first[field], this.now[field]).map(({ op, text }) => (
      op === ' ' ? document.createTextNode(text)
        : h(op === '-' ? 'del' : 'ins', {}, h('span', { class: 'hidden', text: op === '-' ? T.gone : T.come }), text)));
    return folded(T.changes,
      this.first.title !== this.now.title ? h('p', { class: 'offer-diff' }, shown('title')) : null,
      this.first.text !== this.now.text ? h('div', { class: 'offer-diff', role: 'group', 'aria-label': T.changes, tabindex: 0 }, shown('text')) : null);
  }

  /** One thing at a time; a failure changes nothing and is said.
   * @param {() => Promise<string>} work returns what to announce */
  async #work(work) {
    if (this.#busy) return;
    this.#busy = true;
    this.el.setAttribute('aria-busy', 'true');
    try {
      this.c.say(await work());
    } catch (err) {
      this.c.fail(/** @type {Error} */ (err).message);
    } finally {
      this.#busy = false;
      this.el.removeAttribute('aria-busy');
    }
  }

  /** Checks a text and takes it, with its verdict, for the one that counts.
   * @param {string} title @param {string} text */
  async #check(title, text) {
    const checked = await this.#checked(title, text);
    if (title !== this.now.title || text !== this.now.text) this.#past.push(this.now);
    this.#take(checked);
  }

  /** @param {string} title @param {string} text @returns {Promise<Checked>} */
  async #checked(title, text) {
    const v = await this.c.api.checkOffer({ ...this.facts, title, text });
    return { title, text, findings: list(v.findings), advice: list(v.advice), version: v.version, date: v.date };
  }

  /** @param {any} f */
  #contestOf(f) {
    return this.#contests.find((k) => k.rule === f.rule && k.words === f.span?.text?.trim());
  }

  /** @param {any} f */
  #lifted(f) {
    return Boolean(f.lifted) || this.#contestOf(f)?.state === 'overridden';
  }

  /** @param {Checked} checked */
  #take(checked) {
    this.now = checked;
    this.#editing = false;
    this.#draw();
  }

  /** @param {any} f */
  #fix(f) {
    const field = f.field === 'title' ? 'title' : 'text';
    const at = this.now.findings.findIndex((k) => k.rule === f.rule && k.span.start === f.span.start && k.field === f.field);
    return this.#work(async () => {
      const text = edited(this.now[field], f.edit);
      if (text === null) throw new Error(S.legality.moved);
      await this.#check(field === 'title' ? text : this.now.title, field === 'text' ? text : this.now.text);
      // The button is gone: on to what comes next, or to the result.
      (this.items?.[Math.min(Math.max(at, 0), this.items.length - 1)] ?? this.verdict)?.focus();
      return `${S.legality.fixed} ${this.#told()}`;
    });
  }

  /** Every correction at once, checked again until none is left to make; what a
   * counsellor has lifted stays as it is. One step to undo. */
  #fixAll() {
    const before = this.now;
    return this.#work(async () => {
      let [made, checked] = [0, before];
      for (let round = 0; round < 6; round++) { // an offer needs one or two
        const next = editedAll(checked, checked.findings.filter((f) => !this.#lifted(f)));
        if (!next.made) break;
        made += next.made;
        checked = await this.#checked(next.title, next.text);
      }
      this.#past.push(before);
      this.#take(checked);
      this.verdict?.focus();
      return `${S.legality.fixedAll(made)} ${this.#told()}`;
    });
  }

  /** Checks what is there, or what is being written; asks the counsellors' answers again. */
  #again() {
    const { title, text } = this.#editing && this.fields ? { title: this.fields.title.value, text: this.fields.text.value } : this.now;
    return this.#work(async () => {
      if (this.#contests.length) this.#contests = await this.c.api.contests();
      await this.#check(title, text);
      this.verdict?.focus();
      return this.#told();
    });
  }

  #undo() {
    const before = this.#past.pop();
    if (!before || this.#busy) return;
    this.#take(before);
    this.verdict?.focus();
    this.c.say(`${S.legality.undone} ${this.#told()}`);
  }

  /** @param {boolean} on */
  #edit(on) {
    this.#editing = on;
    this.#draw();
    if (on) this.fields?.text.focus();
    else this.verdict?.focus();
  }

  /** The result in one sentence. */
  #told() {
    const T = S.legality;
    const [name] = T.status[/** @type {'clean'} */ (this.status)];
    return T.told(name, this.left ?? 0);
  }

  /** @param {any} f */
  #pointed(f) {
    return { offer: { ...this.facts, title: this.now.title, text: this.now.text }, rule: f.rule, field: f.field, start: f.span.start, end: f.span.end };
  }

  /** @param {any} f @param {string} reason */
  #contest(f, reason) {
    return this.#work(async () => {
      const made = await this.c.api.contest(this.#pointed(f), reason);
      this.#contests = [{ ...made, words: f.span.text.trim() }, ...this.#contests.filter((k) => k.id !== made.id)];
      this.#draw();
      this.items?.find((li) => li.querySelector('.decision'))?.focus();
      return S.legality.decision.open;
    });
  }

  /** What counsellors answered to this person's contests, if there are any. */
  async #answers() {
    if (this.c.role() === 'counsellor') return; // sees those of all
    const known = await this.c.api.contests().catch(() => []); // the findings stand without
    if (!known.length) return;
    this.#contests = known;
    if (!this.#busy && !this.#editing && !this.body.contains(/** @type {ShadowRoot} */ (this.el.getRootNode()).activeElement ?? null)) this.#draw();
  }
}

/** @param {string} status @param {number} lifted @param {boolean} changed */
function verdict(status, lifted, changed) {
  const T = S.legality;
  const key = /** @type {keyof typeof T.status} */ (status in T.status ? status : 'review');
  const [name, text] = T.status[key];
  return h('div', { class: 'verdict', 'data-status': key, tabindex: -1 }, icon(/** @type {any} */ (signs[key])),
    h('p', {}, h('strong', { text: name }), h('span', { text: key === 'clean' && changed ? T.cleaned : text }), lifted ? h('span', { text: T.lifted(lifted) }) : null));
}

/** @param {string} text @param {any[]} all @param {string} field */
function marked(text, all, field) {
  const own = all.filter((f) => (f.field || 'text') === field && f.span && !f.lifted);
  const parts = segments(text, own.map((f) => f.span));
  const last = own.map((_, m) => parts.findLastIndex((s) => s.marks.includes(m)));
  return parts.map((s, i) => {
    if (!s.marks.length) return document.createTextNode(s.text);
    const gravest = s.marks.map((m) => own[m].severity).sort().pop();
    // The number follows the last words of its finding, as a link to it.
    const over = s.marks.filter((m) => last[m] === i).map((m) => own[m]);
    return h('mark', { 'data-severity': gravest }, s.text, over.map((f) => h('a', { class: 'mark-link', href: `#${f.id}`, on: { click: jump } },
      String(f.n), h('span', { class: 'hidden', text: S.legality.seeFinding(f.n, severity(f.severity)) }))));
  });
}

/** Ids live in the shadow tree, where a fragment does not reach. @param {Event} e */
function jump(e) {
  e.preventDefault();
  const link = /** @type {HTMLAnchorElement} */ (e.currentTarget);
  const target = /** @type {ShadowRoot} */ (link.getRootNode()).getElementById(link.hash.slice(1));
  const fold = target?.closest('details');
  if (fold) fold.open = true;
  target?.focus();
}
