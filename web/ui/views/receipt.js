// How an answer was made, on demand.

import S from '../strings.js';
import { h } from '../dom.js';
import { folded, list } from './card.js';

/** @param {any} r */
export function receiptView(r) {
  const T = S.receipt;
  const line = (/** @type {string} */ name, /** @type {any} */ value) => (value ? [h('dt', { text: name }), h('dd', {}, value)] : null);
  const tools = list(r.tools).map((t) => `${t.name} (${T.ms(t.ms)}${t.ok === false ? `, ${T.failed}` : ''})`);
  const versions = Object.entries(r.versions ?? {}).flatMap(([k, v]) => line(T.versions[/** @type {keyof typeof T.versions} */ (k)] ?? k, String(v)) ?? []);
  const el = folded(T.title, h('dl', { class: 'receipt' },
    line(T.model, r.model && [r.model, r.modelVersion && r.modelVersion !== r.model && `(${r.modelVersion})`, r.offline && `(${T.offline})`].filter(Boolean).join(' ')),
    line(T.unanswered, list(r.failed).map((f) => `${f.model} (${f.why})`).join(', ')),
    line(T.prompt, r.promptVersion),
    line(T.tools, tools.join(', ') || T.noTool),
    line(T.sources, list(r.sources).join(', ')),
    line(T.unverified, list(r.unverified).join(', ')),
    versions,
    line(T.tokens, r.tokens && T.tokensText(r.tokens.input ?? 0, r.tokens.output ?? 0) + (r.tokens.estimated ? ` (${T.estimated})` : '')),
    line(T.duration, r.durationMs >= 0 && T.ms(r.durationMs)),
    line(T.energy, typeof r.energyWh === 'number' && T.wh(r.energyWh))),
    r.energyNote ? h('p', { class: 'small', text: r.energyNote }) : null);
  el.classList.add('receipt-fold');
  return el;
}
