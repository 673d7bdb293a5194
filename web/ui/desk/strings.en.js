// The counsellors' desk in English.

import { plural } from '../strings.en.js';

const clock = new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit' });

/** @type {typeof import('./strings.js').fr} */
export const en = {
  title: 'People’s requests',
  lead: 'Whoever asks for a counsellor appears here at once. You see what the person agreed to pass on, nothing else.',
  name: 'The name the person will see',
  nameHint: 'A first name is enough.',
  tab: (n) => `${n ? `(${n}) ` : ''}People’s requests – Tandem`,
  waiting: (n) => (n ? plural(n, 'person is waiting', 'people are waiting') : 'Nobody is waiting.'),
  arrived: 'A new request has come.',
  empty: 'Leave this page open: the next request will show here, without reloading.',
  roles: { seeker: 'Job seeker', recruiter: 'Recruiter', counsellor: 'Counsellor' },
  at: (t) => clock.format(new Date(t)),
  noReason: 'No message',
  noConsent: 'The person did not agree to pass anything on: you will only read what they write after you arrive.',
  reason: 'Their request',
  summary: 'Summary passed on',
  handed: 'What the person passed on',
  take: 'Take the conversation',
  takeOf: (reason) => `Take the conversation: ${reason}`,
  open: 'Go on with the conversation',
  openOf: (reason) => `Go on with the conversation: ${reason}`,
  pick: 'Choose a request: the conversation will open here.',
  talk: 'Conversation',
  asker: 'The person',
  reply: 'Your message to the person',
  send: 'Send',
  end: 'End, and give the conversation back to the assistant',
  youAre: (name) => `You speak under the name of ${name}. The assistant is silent until you end.`,
  news: (text) => `The person writes: ${text}`,
  ended: 'You have ended: the assistant answers the person again.',
  left: 'The person went back to the assistant, or erased the conversation.',
  offline: 'The service does not answer. Trying again.',
};
