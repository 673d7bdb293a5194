// Building elements without ever parsing HTML: text given here stays text, so
// nothing a model, a CV or an offer contains can become markup.

import S from './strings.js';

/**
 * @typedef {Node | string | number | false | null | undefined} Child
 * @typedef {Record<string, any>} Props class, text, on (listeners); the rest are attributes
 */

/** @param {Element} el @param {Props} props */
function assign(el, props) {
  for (const [name, value] of Object.entries(props)) {
    if (value == null || value === false) continue;
    if (name === 'text') el.textContent = value;
    else if (name === 'on') for (const [type, f] of Object.entries(value)) el.addEventListener(type, f);
    else el.setAttribute(name, value === true ? '' : String(value));
  }
}

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {Props} [props] @param {(Child | Child[])[]} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, props = {}, ...children) {
  const el = document.createElement(tag);
  assign(el, props);
  append(el, children);
  return el;
}

/** @param {string} tag @param {Props} [props] @param {(Child | Child[])[]} children */
export function svg(tag, props = {}, ...children) {
  const el = document.createElementNS('http://www.w3.org/2000/svg', tag);
  assign(el, props);
  append(el, children);
  return /** @type {SVGElement} */ (el);
}

/** @param {Element} el @param {(Child | Child[])[]} children */
function append(el, children) {
  for (const child of children.flat()) {
    if (child == null || child === false || child === '') continue;
    el.append(child instanceof Node ? child : String(child));
  }
}

/**
 * The address when it is one a person may safely follow: http(s), or a path of
 * the server. Anything else (javascript:, data:) is null.
 * @param {string | undefined} url @param {string} base @returns {string | null}
 */
export function safeURL(url, base) {
  if (!url) return null;
  try {
    const u = new URL(url, base);
    return u.protocol === 'https:' || u.protocol === 'http:' ? u.href : null;
  } catch {
    return null;
  }
}

/**
 * A link that opens beside the conversation, and says so; plain text when the
 * address is not safe.
 * @param {string | null} href @param {Child} content @param {Props} [props]
 */
export function outward(href, content, props = {}) {
  if (!href) return h('span', props, content);
  return h('a', { ...props, href, target: '_blank', rel: 'noopener noreferrer' }, content, h('span', { class: 'hidden', text: S.newTab }));
}

/** @param {string} label @param {() => void} click @param {Props} [props] */
export function button(label, click, props = {}) {
  return h('button', { type: 'button', on: { click }, ...props }, label);
}

/** A sentence whose signs do not go to the next line without their word. @template T @param {T} s */
export const fine = (s) => (typeof s === 'string' ? s.replace(/ (?=[?!:;»])/g, '\u00a0').replace(/« /g, '«\u00a0') : s);

/** A stylesheet, and when it is there or cannot be. @param {string} href */
export function sheet(href) {
  const el = h('link', { rel: 'stylesheet', href });
  return { el, there: new Promise((resolve) => (el.onload = el.onerror = resolve)) };
}

let count = 0;
/** An id that is unique in the page, for aria references. @param {string} prefix */
export const uid = (prefix) => `${prefix}-${++count}`;

const icons = {
  send: 'M12 20V5m0 0-6.5 6.5M12 5l6.5 6.5',
  stop: 'M7 7h10v10H7z',
  attach: 'm20 11.5-8.2 8.2a5 5 0 0 1-7.1-7.1l8.6-8.6a3.3 3.3 0 0 1 4.7 4.7l-8.5 8.5a1.6 1.6 0 0 1-2.3-2.3l7.8-7.8',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7.5 8.5a7.5 7.5 0 0 1 15 0',
  plus: 'M12 5v14M5 12h14',
  down: 'M12 5v14m0 0-6-6m6 6 6-6',
  cross: 'm6 6 12 12M18 6 6 18',
  up: 'M12 19V5m0 0-6 6m6-6 6 6',
  pen: 'm4 20 1-4L16.5 4.5a2.1 2.1 0 0 1 3 3L8 19l-4 1Zm10.5-13.5 3 3',
  undo: 'M4 9h10a5.5 5.5 0 0 1 0 11H9M4 9l4.5-4.5M4 9l4.5 4.5',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm5-2 4.5 4.5',
  print: 'M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z',
  save: 'M12 4v11m0 0-4.5-4.5M12 15l4.5-4.5M4.5 20h15',
  back: 'M20 12H4m0 0 6.5-6.5M4 12l6.5 6.5',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  file: 'M14 3H7a1 1 0 0 0-1 1v16a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1V7l-4-4Zm0 0v4h4M9 12h6M9 16h6',
  alert: 'M12 4 2.8 20h18.4L12 4Zm0 6v4.5m0 2.7v.3',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z',
  ban: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM5.8 5.8l12.4 12.4',
  list: 'M4 6h16M4 12h16M4 18h10',
  shield: 'M12 3 5 6v5.5c0 4.4 2.9 7.7 7 9.5 4.1-1.8 7-5.1 7-9.5V6l-7-3Zm-3 9 2.2 2.2L15.5 10',
  again: 'M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.5 4v4h-4',
  hint: 'M9.5 18h5M10 21h4M8.5 14.5a6 6 0 1 1 7 0c-.6.5-1 1-1 2h-5c0-1-.4-1.5-1-2Z',
};

/** A decorative icon, drawn with the current colour. @param {keyof typeof icons} name */
export function icon(name) {
  return svg('svg', { viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true', focusable: 'false' }, svg('path', { d: icons[name] }));
}

/** The mark of Tandem: two circles that share an area. */
export function mark() {
  return svg('svg', { viewBox: '0 0 32 24', class: 'mark', 'aria-hidden': 'true', focusable: 'false' },
    svg('circle', { cx: 11, cy: 12, r: 9.5, class: 'mark-a' }), svg('circle', { cx: 21, cy: 12, r: 9.5, class: 'mark-b' }));
}
