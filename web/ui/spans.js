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
