// Every sentence of the counsellors' desk; strings.en.js is the same in English.

import S, { plural } from '../strings.js';

const clock = new Intl.DateTimeFormat('fr-FR', { weekday: 'short', hour: '2-digit', minute: '2-digit' });

export const fr = {
  title: 'Demandes des personnes',
  lead: 'Qui demande un conseiller apparaît ici aussitôt. Vous voyez ce que la personne a accepté de transmettre, rien d’autre.',
  name: 'Le nom que la personne verra',
  nameHint: 'Un prénom suffit.',
  tab: (/** @type {number} */ n) => `${n ? `(${n}) ` : ''}Demandes des personnes – Tandem`,
  waiting: (/** @type {number} */ n) => (n ? plural(n, 'personne attend', 'personnes attendent') : 'Personne n’attend.'),
  arrived: 'Une nouvelle demande est arrivée.',
  empty: 'Laissez cette page ouverte : la prochaine demande s’affichera ici, sans recharger.',
  roles: { seeker: 'Candidat', recruiter: 'Recruteur', counsellor: 'Conseiller' },
  at: (/** @type {string} */ t) => clock.format(new Date(t)),
  noReason: 'Sans message',
  noConsent: 'La personne n’a pas donné son accord : vous ne lirez que ce qu’elle écrira après votre arrivée.',
  reason: 'Sa demande',
  summary: 'Résumé transmis',
  handed: 'Ce que la personne a transmis',
  take: 'Prendre la conversation',
  takeOf: (/** @type {string} */ reason) => `Prendre la conversation : ${reason}`,
  open: 'Reprendre la conversation',
  openOf: (/** @type {string} */ reason) => `Reprendre la conversation : ${reason}`,
  pick: 'Choisissez une demande : la conversation s’ouvrira ici.',
  talk: 'Conversation',
  asker: 'La personne',
  reply: 'Votre message à la personne',
  send: 'Envoyer',
  end: 'Terminer et rendre la conversation à l’assistant',
  youAre: (/** @type {string} */ name) => `Vous parlez sous le nom de ${name}. L’assistant se tait jusqu’à ce que vous terminiez.`,
  news: (/** @type {string} */ text) => `La personne écrit : ${text}`,
  ended: 'Vous avez terminé : l’assistant répond de nouveau à la personne.',
  left: 'La personne a repris la conversation avec l’assistant, ou l’a effacée.',
  offline: 'Le service ne répond pas. Nouvel essai en cours.',
};

export default S.lang === 'en' ? (await import('./strings.en.js').catch(() => ({ en: fr }))).en : fr;
