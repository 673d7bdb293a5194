// Evidence is given as spans of UTF-8 bytes (Go counts so); JavaScript counts
// UTF-16 units. Only this file converts.

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * @typedef {{start: number, end: number, text?: string}} Span bytes [start, end)
 * @typedef {{text: string, marks: number[]}} Segment marks are indexes into the spans given
 */

/** The words of a span; null when it does not lie on whole characters of the text.
 * @param {Uint8Array} bytes @param {Span} span */
function words(bytes, { start, end, text }) {
  const whole = (/** @type {number} */ i) => i === bytes.length || (bytes[i] & 0xc0) !== 0x80;
  if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || start >= end || end > bytes.length) return null;
  if (!whole(start) || !whole(end)) return null;
  const found = decoder.decode(bytes.subarray(start, end));
  return text === undefined || text === found ? found : null;
}

/** @param {string} text @param {Span} span @returns {string | null} */
export function slice(text, span) {
  return words(encoder.encode(text), span);
}

/**
 * Cuts a text at the edges of spans, which may overlap. Spans that do not fit
 * the text are left out: a highlight on the wrong words is worse than none.
 * @param {string} text @param {Span[]} spans @returns {Segment[]}
 */
export function segments(text, spans) {
  const bytes = encoder.encode(text);
  const fit = spans.map((span, index) => ({ ...span, index })).filter((s) => words(bytes, s) !== null);
  const edges = [...new Set([0, bytes.length, ...fit.flatMap((s) => [s.start, s.end])])].sort((a, b) => a - b);
  const out = [];
  for (let i = 0; i + 1 < edges.length; i++) {
    const [start, end] = [edges[i], edges[i + 1]];
    out.push({
      text: decoder.decode(bytes.subarray(start, end)),
      marks: fit.filter((s) => s.start <= start && s.end >= end).map((s) => s.index),
    });
  }
  return out;
}

/**
 * The lines of a text that hold spans, in the order of the spans, each cut at
 * the edges of its marks; at most so many characters are kept before the first
 * mark and after the last, cut between words. Spans that do not fit are left out.
 * @param {string} text @param {Span[]} spans @param {number} [around] @returns {Segment[][]}
 */
export function excerpts(text, spans, around = 60) {
  const bytes = encoder.encode(text);
  /** @type {Map<number, Span[]>} by where their line begins */
  const lines = new Map();
  for (const s of spans) {
    if (words(bytes, s) === null) continue;
    const from = bytes.lastIndexOf(10, s.start - 1) + 1;
    lines.set(s.start ? from : 0, [...(lines.get(s.start ? from : 0) ?? []), s]);
  }
  return [...lines].map(([from, own]) => {
    const last = Math.max(...own.map((s) => s.end));
    const end = bytes.indexOf(10, last);
    const line = decoder.decode(bytes.subarray(from, end < 0 ? bytes.length : end));
    const parts = segments(line, own.map(({ start, end }) => ({ start: start - from, end: end - from })));
    const [lead, rest] = [parts[0], parts[parts.length - 1]];
    if (!lead.marks.length) {
      lead.text = lead.text.replace(/^[\s•·▪*–-]+/, '');
      if (lead.text.length > around) lead.text = `… ${lead.text.slice(-around).replace(/^\S*\s*/, '')}`;
    }
    if (!rest.marks.length && rest.text.length > around) rest.text = `${rest.text.slice(0, around).replace(/\s*\S*$/, '')} …`;
    return parts;
  });
}
