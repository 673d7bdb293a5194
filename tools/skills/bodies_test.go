package skills

// bodies are invented CVs without the lines that say who the person is.
var bodies = []string{
	`BOULANGER
EXPÉRIENCES
2020-2024 | Boulanger | Le Fournil d'Anselme
Pétrissage, façonnage et cuisson des pains
Nettoyage du laboratoire, normes d'hygiène
FORMATION
CAP boulanger`,
	`Aide-soignante
Expérience professionnelle
2019 à 2024 : aide-soignante, résidence des Ormes
Aide à la toilette et aux repas des résidents
Distribution des repas
Qualités : à l'écoute, autonome`,
	`Développeur web
Expériences
2021 - 2025 Développeur web, Studio Balise
Développement d'applications en JavaScript et PHP
Langues : anglais technique
Centres d'intérêt : photographie`,
	`Secrétaire
COMPÉTENCES
Accueil téléphonique, gestion d'agendas
Rédaction de comptes rendus
Classement, archivage
EXPÉRIENCE
2015-2024 Secrétaire, Trois-Vallées`,
	`Maçon
2010-2025 maçon, Bâti-Loire
montage de murs en briques, coffrage
lecture de plans, permis B
CACES R489 1A`,
	`Agent de sécurité
2018-2024 agent de sécurité, Grand Cap
rondes de surveillance, contrôle des accès
Carte professionnelle, SST
Calme, ponctuel`,
	`Serveuse
Été 2022 Serveuse, Brasserie du Port
Prise de commandes, dressage des tables
Encaissement des additions
Anglais courant, espagnol`,
	`Comptable
Profil : comptable rigoureuse
2017-2025 Comptable, Vallorbe
Saisie des factures fournisseurs, rapprochements bancaires
BTS comptabilité et gestion`,
}
