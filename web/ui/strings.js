// Every sentence the interface shows, in one place. A second language is a
// second object of the same shape; views never hold text of their own.

const number = new Intl.NumberFormat('fr-FR', { maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat('fr-FR', { style: 'percent', maximumFractionDigits: 0 });

/** @param {number} n @param {string} one @param {string} [many] */
const plural = (n, one, many = one + 's') => `${number.format(n)} ${Math.abs(n) < 2 ? one : many}`;

export const fr = {
  lang: 'fr',
  number: (/** @type {number} */ n) => number.format(n),
  percent: (/** @type {number} */ p) => percent.format(p),
  /** Signed points of probability: 0.08 is « +8 points ». @param {number} p */
  points: (p) => {
    const n = Math.round(p * 100);
    return `${n > 0 ? '+' : n < 0 ? '−' : ''}${plural(Math.abs(n), 'point')}`;
  },
  days: (/** @type {number} */ n) => plural(Math.round(n), 'jour'),
  quote: (/** @type {string} */ s) => `« ${s.replace(/\s+/g, ' ').trim()} »`,
  newTab: ' (nouvel onglet)',

  disclosure: 'Vous échangez avec une intelligence artificielle.',
  chat: 'Conversation avec Tandem',
  actions: 'Actions de la conversation',
  log: 'Messages',
  counsellor: 'Parler à un conseiller',
  fresh: 'Nouvelle conversation',
  older: 'Aller à la suite de la réponse',
  you: 'Vous',
  assistant: 'Assistant (IA)',
  human: (/** @type {string} */ name) => (name ? `${name}, conseiller` : 'Conseiller'),
  received: 'Réponse reçue.',
  shown: (/** @type {string[]} */ cards) => (cards.length ? ` Affiché sous la réponse : ${cards.join(', ')}.` : ''),
  stillWorking: 'La réponse se prépare toujours.',
  sending: 'Envoi dès que la connexion est là…',
  thinking: 'Je réfléchis…',
  stopped: 'Réponse arrêtée.',
  retry: 'Réessayer',
  close: 'Fermer',

  steps: {
    extract_skills: 'Je relève vos compétences…',
    update_profile: 'Je mets votre profil à jour…',
    explain_offer: 'Je vérifie l’offre au regard du droit…',
    rewrite_offer: 'Je réécris l’offre, puis je la vérifie de nouveau…',
    predict_delay: 'J’estime le délai de recrutement…',
    search_offers: 'Je cherche dans vos offres…',
    search_rome: 'Je cherche dans le ROME…',
    search_charter: 'Je cherche dans la charte et les textes de loi…',
    request_human: 'Je transmets votre demande à un conseiller…',
  },
  cards: {
    'rome.skills': 'compétences à valider',
    'offer.legality': 'analyse de l’offre',
    'offer.delay': 'prévision de délai',
    'offer.list': 'liste d’offres',
    'rome.occupation': 'fiche métier',
  },

  connection: {
    offline: 'Vous êtes hors ligne. Votre texte est gardé ; la conversation reprendra seule.',
    waiting: 'La connexion est coupée. Nouvel essai en cours ; rien n’est perdu.',
    refused: 'Le service a refusé la connexion. Rechargez la page, ou appelez le 3949 (demandeurs d’emploi) ou le 3995 (employeurs).',
    missing: 'La conversation précédente n’est plus disponible. En voici une nouvelle.',
  },

  composer: {
    label: 'Votre message',
    placeholder: 'Votre question…',
    hint: 'Entrée pour envoyer, Maj + Entrée pour aller à la ligne, Échap pour arrêter la réponse.',
    send: 'Envoyer',
    stop: 'Arrêter',
    attach: 'Joindre un fichier',
    drop: 'Déposez le fichier ici',
    formats: 'PDF, DOCX, ODT ou TXT, 5 Mo au plus',
    uploading: (/** @type {string} */ name) => `Envoi de ${name}`,
    reading: 'Lecture du fichier…',
    ready: (/** @type {number} */ pages, /** @type {number} */ chars) =>
      [pages > 1 ? plural(pages, 'page') : '', `${number.format(chars)} caractères lus`].filter(Boolean).join(', '),
    remove: (/** @type {string} */ name) => `Retirer ${name}`,
    tooLarge: 'Ce fichier est trop gros : 5 Mo au plus. Exportez un PDF plus léger, ou collez le texte dans le message.',
    empty: 'Ce fichier est vide. Choisissez-en un autre.',
    one: 'Un seul fichier à la fois : retirez d’abord celui qui est joint.',
    network: 'L’envoi n’a pas abouti. Vérifiez votre connexion, puis joignez de nouveau le fichier.',
    empty: 'Écrivez votre question ou joignez un fichier, puis envoyez.',
    wait: 'Le fichier est encore en cours d’envoi. Votre message partira dès qu’il sera lu.',
    file: {
      seeker: 'Voici mon CV. Quelles compétences y voyez-vous ?',
      recruiter: 'Voici mon offre. Est-elle conforme ?',
      counsellor: 'Voici un CV. Quelles compétences y voyez-vous ?',
    },
  },

  roles: { seeker: 'Candidat', recruiter: 'Recruteur', counsellor: 'Conseiller' },
  roleSwitch: 'Rôle de démonstration',
  offlineModel: 'Modèle sobre, sans réseau',
  model: (/** @type {string} */ name) => `Modèle : ${name}`,
  about: 'À savoir',
  aboutText: 'L’assistant cite ses sources et ne décide pas : vous validez, modifiez, refusez ou contestez chaque proposition.',

  welcome: {
    seeker: {
      title: 'Bonjour. Parlons de votre projet.',
      text: 'Décrivez votre parcours ou joignez votre CV : je relève vos compétences, vous gardez celles qui sont justes.',
      suggestions: [
        { label: 'Relever les compétences de mon CV', attach: true },
        { label: 'Trouver un code ROME', text: 'Quel est le code ROME de boulanger ?' },
        { label: 'Explorer des métiers proches', text: 'Vers quels métiers aller après dix ans comme conducteur de car ?' },
        { label: 'Savoir comment l’IA est encadrée', text: 'Que dit la charte sur le contrôle humain ?' },
      ],
    },
    recruiter: {
      title: 'Bonjour. Voyons votre offre.',
      text: 'Collez une offre : je montre les mots qui posent problème, le texte de loi, et une autre façon de l’écrire.',
      suggestions: [
        { label: 'Vérifier un exemple d’offre', text: 'Cette offre est-elle conforme ? « Vendeur en CDI à Nantes. Nous cherchons un homme de moins de 35 ans, bonne présentation. »' },
        { label: 'Vérifier mon offre', text: 'Vérifiez cette offre :\n', draft: true },
        { label: 'Estimer un délai de recrutement', text: 'Combien de temps pour recruter un cuisinier en CDI en Loire-Atlantique ?' },
        { label: 'Contester un signalement', text: 'Comment contester le signalement de mon offre ?' },
      ],
    },
    counsellor: {
      title: 'Bonjour. Votre portefeuille, en une question.',
      text: 'Posez votre question comme à un collègue : je cherche, j’explique les chiffres, vous décidez.',
      suggestions: [
        { label: 'Offres qui risquent de durer', text: 'Quelles offres de mon portefeuille risquent de dépasser 30 jours ?' },
        { label: 'Offres bloquées', text: 'Quelles offres sont bloquées dans mon portefeuille ?' },
        { label: 'Prévoir un recrutement', text: 'Quel délai pour un poste d’aide à domicile en CDI dans le 35 ?' },
        { label: 'Relire les engagements de la charte', text: 'Quels sont les engagements de la charte ?' },
      ],
    },
  },

  sources: {
    title: 'Sources',
    one: 'Source ',
    cited: (/** @type {number} */ n, /** @type {string} */ title) => ` (source ${n} : ${title})`,
    open: 'Ouvrir la source',
  },
  message: {
    tools: 'Actions sur cette réponse',
    table: 'Tableau',
    copy: 'Copier',
    copied: 'Copié',
    useful: 'Utile',
    useless: 'Pas utile',
    simpler: 'Plus simple',
    simplerAsk: 'Pouvez-vous le redire plus simplement ?',
    thanks: 'Merci, votre avis est noté.',
    why: 'Qu’est-ce qui n’allait pas ?',
    reasons: { wrong: 'Faux', unclear: 'Pas clair', incomplete: 'Incomplet', offtopic: 'Hors sujet', shocking: 'Choquant' },
    comment: 'Précisez si vous le souhaitez (sans donnée personnelle)',
    sendFeedback: 'Envoyer l’avis',
  },
  receipt: {
    title: 'Comment cette réponse a été faite',
    model: 'Modèle',
    offline: 'sans réseau, sur ce serveur',
    prompt: 'Consignes',
    tools: 'Outils',
    noTool: 'Aucun',
    failed: 'sans résultat',
    sources: 'Passages cités',
    tokens: 'Mots-jetons',
    tokensText: (/** @type {number} */ input, /** @type {number} */ output) => `${number.format(input)} lus, ${number.format(output)} écrits`,
    energy: 'Énergie',
    wh: (/** @type {number} */ wh) => (wh < 0.01 ? 'moins de 0,01 Wh' : `environ ${new Intl.NumberFormat('fr-FR', { maximumSignificantDigits: 2 }).format(wh)} Wh`),
    duration: 'Durée',
    ms: (/** @type {number} */ ms) => (ms < 1000 ? `${Math.round(ms)} ms` : `${number.format(ms / 1000)} s`),
    versions: { rome: 'ROME', rules: 'Règles de droit', delay: 'Modèle de délai', charter: 'Charte' },
  },

  skills: {
    title: 'Compétences à valider',
    lead: 'Rien n’est ajouté à votre profil sans votre accord.',
    progress: (/** @type {number} */ done, /** @type {number} */ total) => {
      const left = total - done;
      if (!left) return `${number.format(done)} sur ${number.format(total)}, c’est terminé`;
      return `${number.format(done)} sur ${number.format(total)}, environ ${plural(Math.max(1, Math.ceil((left * 8) / 60)), 'minute')}`;
    },
    progressLabel: 'Propositions traitées',
    occupations: 'Métiers reconnus',
    kinds: { competence: 'Savoir-faire', savoir: 'Savoirs', 'savoir-etre': 'Savoir-être' },
    confidence: (/** @type {number} */ c) => `Indice ${c >= 0.75 ? 'fort' : c >= 0.5 ? 'moyen' : 'faible'} (${percent.format(c)})`,
    evidence: 'Vos mots :',
    accept: 'Accepter',
    refuse: 'Refuser',
    acceptOf: (/** @type {string} */ label) => `Accepter : ${label}`,
    refuseOf: (/** @type {string} */ label) => `Refuser : ${label}`,
    more: (/** @type {number} */ n) => `Voir ${n > 1 ? `les ${n} autres propositions` : 'l’autre proposition'}`,
    read: 'Voir dans le texte',
    unread: 'Masquer le texte',
    document: 'Texte lu',
    gone: 'Ce texte a été effacé. Joignez-le de nouveau pour le relire ici.',
    total: (/** @type {number} */ n, /** @type {number} */ all) => `Les ${number.format(n)} premières sur ${number.format(all)} trouvées`,
    rome: (/** @type {string} */ v) => (/^v?\d/.test(v) ? `Référentiel ROME ${v}` : v),
    none: 'Aucune compétence du ROME n’a été reconnue. Décrivez vos tâches avec vos mots, ou ajoutez une compétence par son nom.',
    summary: (/** @type {{accepted?: number, refused?: number, proposed?: number}} */ p) =>
      `Votre profil : ${plural(p.accepted ?? 0, 'acceptée')}, ${plural(p.refused ?? 0, 'refusée')}.`,
    changed: 'Ce qui vient de changer',
    // An item of the profile that the loaded release of ROME no longer has as it was.
    stale: {
      title: 'Ce que la nouvelle version du ROME change dans votre profil',
      renamed: (/** @type {any} */ item, /** @type {any} */ now) =>
        `Gardé sous le nom de la version ${item.rome_version}, ${fr.quote(item.label)} ; la version ${now.version} l’appelle ${fr.quote(now.label)}.`,
      replaced: (/** @type {any} */ item, /** @type {any} */ now) =>
        `Gardé de la version ${item.rome_version} ; dans la version ${now.version}, ${now.why === 'label' ? 'le même élément a' : `${fr.quote(now.label)} le remplace, avec`} le code ${now.code}.`,
      retired: (/** @type {any} */ item, /** @type {any} */ now) =>
        `Gardé de la version ${item.rome_version} ; la version ${now.version} ne l’a plus.`,
      rename: 'Prendre le nouveau nom',
      replace: 'Prendre le nouveau code',
      renameOf: (/** @type {string} */ label, /** @type {string} */ next) => `Prendre le nouveau nom : ${label} devient ${next}`,
      replaceOf: (/** @type {string} */ label, /** @type {string} */ next) => `Prendre le nouveau code : ${label} est remplacé par ${next}`,
      replaces: (/** @type {string} */ label) => `(remplace ${fr.quote(label)})`,
    },
    status: { accepted: 'acceptée', refused: 'refusée', proposed: 'à valider' },
  },

  legality: {
    title: 'Analyse de l’offre',
    status: {
      clean: ['Rien à signaler', 'Aucune mention à corriger n’a été trouvée.'],
      review: ['À vérifier par une personne', 'Des mentions demandent un regard humain.'],
      justify: ['Bloquée sauf justification', 'Des mentions doivent être retirées ou justifiées.'],
      blocked: ['Diffusion bloquée', 'Des mentions sont susceptibles d’être illégales.'],
    },
    severity: { S4: 'Bloquant', S3: 'Bloquant sauf justification', S2: 'À vérifier', S1: 'Conseil' },
    offer: 'Texte de l’offre',
    findings: (/** @type {number} */ n) => plural(n, 'mention signalée', 'mentions signalées'),
    advice: 'Conseils de rédaction, sans effet sur la diffusion',
    seeFinding: (/** @type {number} */ n, /** @type {string} */ s) => ` (mention ${n}, ${s.toLowerCase()})`,
    why: 'Pourquoi',
    with: { title: 'En désaccord avec l’intitulé', text: 'En désaccord avec le texte', fields: 'En désaccord avec le champ' },
    computed: 'Calcul',
    article: 'Texte de loi',
    exception: 'Exception examinée',
    rewrite: 'À écrire plutôt',
    replace: 'Remplacer par',
    remove: 'Supprimer ces mots',
    risk: 'Risque encouru',
    askRewrite: 'Voir le texte réécrit',
    askRewriteText: 'Réécrivez l’offre',
    contest: 'Contester',
    contestAsk: 'Demander à un conseiller de vérifier',
    contestReason: 'Je conteste l’analyse de mon offre.',
    rewritten: 'Texte réécrit, vérifié de nouveau',
    original: 'Voir l’analyse du texte d’origine',
    changes: 'Ce qui change',
    removed: 'supprimé',
    remaining: 'Ce qu’une personne doit encore écrire',
    copy: 'Copier le texte réécrit',
    version: (/** @type {string} */ v, /** @type {string} */ d) => `Règles ${v}${d ? `, ${d}` : ''}`,
  },

  delay: {
    title: 'Prévision de délai',
    headline: (/** @type {number} */ days) => `de risque de dépasser ${days} jours`,
    interval: (/** @type {number} */ low, /** @type {number} */ high) => `Entre ${percent.format(low)} et ${percent.format(high)}`,
    band: { faible: 'Risque faible', moyenne: 'Risque moyen', forte: 'Risque fort' },
    median: 'Délai médian',
    base: (/** @type {string} */ group) => `Référence : ${group}`,
    support: (/** @type {number} */ n) => (n ? `${number.format(n)} offres observées` : 'hypothèse publiée, sans offres observées'),
    understood: 'J’ai compris',
    curve: 'Probabilité de ne pas être encore pourvue, jour après jour',
    curveText: (/** @type {number} */ days, /** @type {number} */ p, /** @type {number} */ median) =>
      `Courbe : à ${days} jours, ${percent.format(p)} des offres comparables ne sont pas encore pourvues ; la moitié le sont en ${Math.round(median)} jours environ.`,
    table: 'Voir la courbe en tableau',
    day: 'Jour',
    open: 'Encore ouvertes',
    axis: 'jours',
    contributions: 'Ce qui pèse sur cette prévision',
    up: 'allonge',
    down: 'raccourcit',
    without: 'Écart dû à ce facteur, les autres restant les mêmes.',
    levers: 'Ce que vous pouvez changer',
    actions: 'Ce que font aussi les agences',
    missing: 'Pour affiner, précisez :',
    whatIf: 'Avec ce changement',
    sources: 'Sources des chiffres',
    asOf: (/** @type {string} */ m, /** @type {string} */ d) => `${m}${d ? `, chiffres ${d}` : ''}`,
  },

  list: {
    title: 'Offres',
    total: (/** @type {number} */ shown, /** @type {number} */ total) =>
      total > shown ? `${number.format(shown)} premières sur ${number.format(total)}` : plural(total, 'offre'),
    counts: (/** @type {number} */ blocked, /** @type {number} */ high) =>
      [blocked ? plural(blocked, 'bloquée') : '', high ? `${number.format(high)} à risque fort` : ''].filter(Boolean).join(', '),
    none: 'Aucune offre ne correspond. Élargissez la recherche : un autre contrat, un autre département, un seuil plus bas.',
    filter: 'Recherche comprise :',
    offer: 'Offre',
    contract: 'Contrat',
    place: 'Dép.',
    state: 'Légalité',
    status: { clean: 'rien à signaler', review: 'à vérifier', justify: 'bloquée sauf justification', blocked: 'bloquée' },
    risk: 'Risque > 30 j',
    median: 'Délai médian',
    why: 'Pourquoi ?',
    whyOf: (/** @type {string} */ title) => `Pourquoi ce risque : ${title}`,
    whyAsk: (/** @type {string} */ id) => `Pourquoi l’offre ${id} mettrait-elle plus de 30 jours ?`,
    band: { faible: 'faible', moyenne: 'moyen', forte: 'fort' },
    unknown: 'non estimé',
  },

  occupation: {
    none: (/** @type {string} */ q) => `Aucun métier du ROME ne correspond à « ${q} ». Essayez avec un autre mot, ou décrivez une tâche.`,
    code: 'Code ROME',
    sheet: 'Fiche publique',
    core: 'cœur de métier',
    skills: 'Compétences',
    appellations: 'Appellations',
    contexts: 'Contextes de travail',
    mobilities: 'Métiers proches',
    others: 'Autres résultats',
    kinds: { metier: 'métier', appellation: 'appellation', competence: 'compétence', savoir: 'savoir', 'savoir-etre': 'savoir-être', contexte: 'contexte' },
    more: (/** @type {number} */ n) => (n > 1 ? `Voir les ${n} autres` : 'Voir le dernier'),
    all: (/** @type {number} */ appellations, /** @type {number} */ skills) => `Voir tout : ${plural(appellations, 'appellation')}, ${plural(skills, 'compétence')}`,
    ask: (/** @type {string} */ label) => `Parlez-moi du métier ${label}`,
  },

  handoff: {
    title: 'Parler à un conseiller',
    text: 'Un conseiller reprendra cette conversation. Dites en quelques mots ce qui vous amène.',
    reason: 'Votre demande',
    consent: 'J’accepte que le conseiller lise cette conversation et mon message.',
    refusal: 'Sans votre accord, seule la demande de contact est transmise.',
    phone: 'Par téléphone : 3949 (demandeurs d’emploi), 3995 (employeurs).',
    send: 'Envoyer la demande',
    cancel: 'Annuler',
    ask: 'Je souhaite parler à un conseiller.',
    requested: 'Votre demande est transmise à un conseiller.',
    accepted: (/** @type {string} */ name) => `${name || 'Un conseiller'} a rejoint la conversation. L’assistant se tait.`,
    ended: 'Le conseiller a quitté la conversation. L’assistant répond de nouveau.',
  },

  errors: {
    network: 'Le service ne répond pas. Vérifiez votre connexion, puis réessayez.',
    card: 'Ce résultat n’a pas pu être affiché. Rechargez la page pour le revoir.',
    generic: 'Une erreur est survenue. Réessayez, ou parlez à un conseiller.',
  },
};

export default fr;
