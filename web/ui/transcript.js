// What the page knows of a conversation, computed from its events and nothing
// else: the same events give the same transcript after a reload, in another tab
// or in a test. Pure: reduce returns a new value and shares what did not
// change, so a view redraws only the turns whose identity changed.

/**
 * @typedef {{id: string, name: string}} Joined a document
 * @typedef {{messageId: string, content: string, document?: Joined}} Question
 * @typedef {{kind: 'text', id: string, text: string, done: boolean, name: string}} TextPart
 * @typedef {{kind: 'activity', id: string, type: string, content: any}} ActivityPart
 * @typedef {{kind: 'notice', id: string, level: string, text: string}} NoticePart
 * @typedef {TextPart | ActivityPart | NoticePart} Part
 * @typedef {{sourceId: string, kind: string, title: string, url?: string, passage: string}} Source
 * @typedef {object} Turn one question and all that answers it
 * @property {string} key unique in the transcript
 * @property {string} runId
 * @property {Question | null} question
 * @property {Part[]} parts in the order they came
 * @property {Source[]} sources
 * @property {any} receipt
 * @property {'sending' | 'running' | 'done' | 'stopped' | 'failed'} status
 * @property {{code: string, message: string} | null} error
 * @property {{label: string, percent: number, tool: string} | null} progress
 * @property {string | null} step name of the tool at work
 * @property {Record<string, number>} feedback score by message
 * @typedef {{turns: Turn[], handoff: 'none' | 'requested' | 'accepted' | 'ended', counsellor: string, waiting: string}} Transcript
 *   waiting is what the server says while nobody has come yet
 */

/** @type {Transcript} */
export const empty = Object.freeze({ turns: [], handoff: 'none', counsellor: '', waiting: '' });

/** The person's own question, shown before the server has it.
 * @param {string} runId @param {Question} question @param {string} [replaces] run whose question it takes the place of */
export const asked = (runId, question, replaces) => ({ type: 'LOCAL_ASKED', runId, question, replaces });

/** @param {Turn | undefined} turn */
export const busy = (turn) => turn?.status === 'running' || turn?.status === 'sending';

/** @param {string} runId @param {string} key @param {Turn['status']} status @returns {Turn} */
const newTurn = (runId, key, status) => ({
  key, runId, status, question: null, parts: [], sources: [], receipt: null, error: null, progress: null, step: null, feedback: {},
});

/** @param {Transcript} state @param {any} event @returns {Transcript} */
export function reduce(state, event) {
  switch (event?.type) {
    case 'LOCAL_ASKED':
      return add(without(state, event.replaces, state.turns.length), { ...newTurn(event.runId, event.runId, 'sending'), question: event.question });
    case 'RUN_STARTED':
      return started(state, event.runId);
    case 'RUN_FINISHED':
      return ended(state, event.runId, (t) => ({ ...t, status: t.status === 'failed' || t.status === 'stopped' ? t.status : 'done' }));
    case 'RUN_ERROR':
      return failed(state, event);
    case 'STEP_STARTED':
      return current(state, (t) => ({ ...t, step: String(event.stepName ?? ''), progress: null }));
    case 'STEP_FINISHED':
      return current(state, (t) => ({ ...t, step: null, progress: null }));
    case 'TEXT_MESSAGE_START':
      return speak(state, event.messageId, '', event.name ?? '');
    case 'TEXT_MESSAGE_CONTENT':
    case 'TEXT_MESSAGE_CHUNK':
      return speak(state, event.messageId, event.delta ?? '', event.name ?? '');
    case 'TEXT_MESSAGE_END':
      return within(state, event.messageId, (p) => (p.kind === 'text' ? { ...p, done: true } : p));
    case 'ACTIVITY_SNAPSHOT':
      return activity(state, event);
    case 'CUSTOM':
      return custom(state, event.name, event.value ?? {});
    default:
      return state; // unknown events are for newer clients
  }
}

/** @param {Transcript} state @param {Turn} turn */
const add = (state, turn) => ({ ...state, turns: [...state.turns, turn] });

/** @param {Transcript} state @param {number} i @param {(t: Turn) => Turn} change */
function at(state, i, change) {
  if (i < 0) return state;
  const turn = change(state.turns[i]);
  if (turn === state.turns[i]) return state;
  const turns = state.turns.slice();
  turns[i] = turn;
  return { ...state, turns };
}

/** Without the turn of a run and what came between it and turn n.
 * @param {Transcript} state @param {string | undefined} runId @param {number} n */
function without(state, runId, n) {
  const from = runId ? state.turns.findIndex((t) => t.runId === runId) : -1;
  return from < 0 || from >= n ? state : { ...state, turns: [...state.turns.slice(0, from), ...state.turns.slice(n)] };
}

/** The newest turn with this run id. @param {Transcript} state @param {string} runId */
const indexOf = (state, runId) => state.turns.findLastIndex((t) => t.runId === runId);

/** The turn that unnumbered-by-run events belong to: the one at work, else the last.
 * @param {Transcript} state @param {(t: Turn) => Turn} change */
function current(state, change) {
  const i = state.turns.findLastIndex((t) => t.status === 'running');
  return at(state, i < 0 ? state.turns.length - 1 : i, change);
}

/** @param {Transcript} state @param {string} runId */
function started(state, runId) {
  const i = indexOf(state, runId);
  // A conversation has one live run. One that never ended in our log has ended.
  const turns = state.turns.map((t, n) => (t.status === 'running' && n !== i ? close({ ...t, status: 'stopped' }) : t));
  state = { ...state, turns };
  if (i >= 0 && turns[i].status === 'sending') return at(state, i, (t) => ({ ...t, status: 'running' }));
  if (i >= 0 && turns[i].status === 'running') return state;
  return add(state, newTurn(runId, i < 0 ? runId : `${runId}#${turns.length}`, 'running'));
}

/** @param {Turn} turn @returns {Turn} */
const close = (turn) => ({
  ...turn, progress: null, step: null, parts: turn.parts.map((p) => (p.kind === 'text' && !p.done ? { ...p, done: true } : p)),
});

/** @param {Transcript} state @param {string} runId @param {(t: Turn) => Turn} change */
function ended(state, runId, change) {
  return at(state, indexOf(state, runId), (t) => close(change(t)));
}

/** @param {Transcript} state @param {{runId?: string, code?: string, message?: string}} event */
function failed(state, { runId, code = '', message = '' }) {
  if (!runId) return state; // about the connection, not about a question
  return ended(state, runId, (t) => {
    if (t.status === 'done') return t;
    return code === 'aborted'
      ? { ...t, status: 'stopped', error: { code, message } }
      : { ...t, status: 'failed', error: { code, message } };
  });
}

/** @param {Transcript} state @param {string} id @param {string} delta @param {string} name */
function speak(state, id, delta, name) {
  if (!id) return state;
  if (find(state, id) >= 0) {
    return delta === '' ? state : within(state, id, (p) => (p.kind === 'text' ? { ...p, text: p.text + delta } : p));
  }
  const part = /** @type {TextPart} */ ({ kind: 'text', id, text: delta, done: false, name });
  // A counsellor may speak when no run is at work.
  if (!state.turns.some((t) => t.status === 'running')) {
    state = add(state, newTurn('', `aside:${id}`, 'done'));
    return at(state, state.turns.length - 1, (t) => ({ ...t, parts: [part] }));
  }
  return current(state, (t) => ({ ...t, parts: [...t.parts, part] }));
}

/** @param {Transcript} state @param {string} partId */
const find = (state, partId) => state.turns.findLastIndex((t) => t.parts.some((p) => p.id === partId));

/** @param {Transcript} state @param {string} partId @param {(p: Part) => Part} change */
function within(state, partId, change) {
  return at(state, find(state, partId), (t) => ({ ...t, parts: t.parts.map((p) => (p.id === partId ? change(p) : p)) }));
}

/** @param {Transcript} state @param {any} event */
function activity(state, { messageId, activityType, content }) {
  if (!content || typeof content !== 'object') return state;
  if (activityType === 'progress') {
    const percent = Math.min(100, Math.max(0, Number(content.percent) || 0));
    return current(state, (t) => (busy(t) ? { ...t, progress: { label: String(content.label ?? ''), percent, tool: String(content.tool ?? '') } } : t));
  }
  if (find(state, messageId) >= 0) return within(state, messageId, (p) => (p.kind === 'activity' ? { ...p, type: activityType, content } : p));
  return current(state, (t) => ({ ...t, parts: [...t.parts, { kind: 'activity', id: messageId, type: activityType, content }] }));
}

/** @param {Transcript} state @param {string} name @param {any} value @returns {Transcript} */
function custom(state, name, value) {
  switch (name) {
    case 'user_message':
      return current(state, (t) => ({ ...t, question: { messageId: value.messageId, content: String(value.content ?? ''), document: value.document } }));
    case 'replaces':
      return without(state, value.runId, state.turns.findLastIndex((t) => t.status === 'running'));
    case 'source':
      return current(state, (t) => (t.sources.some((s) => s.sourceId === value.sourceId) ? t : { ...t, sources: [...t.sources, value] }));
    case 'receipt':
      return current(state, (t) => ({ ...t, receipt: value }));
    case 'notice':
      return current(state, (t) => ({
        ...t, parts: [...t.parts, { kind: 'notice', id: `${t.key}:notice:${t.parts.length}`, level: String(value.level ?? 'info'), text: String(value.text ?? '') }],
      }));
    case 'feedback': {
      const i = find(state, value.messageId);
      return at(state, i, (t) => ({ ...t, feedback: { ...t.feedback, [value.messageId]: value.score } }));
    }
    case 'handoff.requested':
      return state.handoff === 'accepted' ? state : { ...state, handoff: 'requested', waiting: String(value.message ?? '') };
    case 'handoff.accepted':
      return { ...state, handoff: 'accepted', counsellor: String(value.name ?? '') };
    case 'handoff.ended':
      // A request that is taken back leaves nothing to tell of.
      return { ...state, handoff: state.handoff === 'accepted' ? 'ended' : 'none', counsellor: '' };
    default:
      return state;
  }
}
