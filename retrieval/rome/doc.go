// Package rome loads ROME 4.0, the French register of métiers and skills, from
// the official open-data archive, and reads it for the tools.
//
// [Find] looks for an archive (named, cached, official download, built-in
// extract), [Load] makes it what Tandem knows, all or nothing, [Ensure] is both
// for a server that starts. What is wrong with an archive is said in French with
// file and line; loading the same again changes nothing; an older release is
// refused unless forced.
//
// A release changes what people hold: [Report] says which codes it adds, removes
// and renames, which appellations and skills it moves (change.go). A code that it
// has no more is remembered in table rome_retired with, when the evidence is
// clear, the code that stands for it (retired.go); [Reference.Retired] reads it.
// Everything, passages included, changes in the instant of one commit; readers
// neither wait for a load nor see half of it.
//
// The archive's traps are met where they bite: files are found by the table in
// their name whatever the version, bytes decide between UTF-8 and ISO-8859-15
// file by file, apostrophes have one form, misspelt columns have alternatives,
// one file is optional, and every size is bounded by what really comes out.
//
// Everything of use is kept: métiers with domaines, tags and RIASEC profile,
// appellations, compétences and macro-compétences with definitions, savoirs,
// savoir-être, contextes de travail, their links with the heart of the métier,
// mobilités, texts, and the other ways in (secteurs, NAF, centres d'intérêt,
// thèmes, the tree of compétences). Left out, because the rest says the same:
// item (labels again), cr_gd_dp_appellations (appellations filed again under
// each domaine), composition_bloc, descriptif_rubrique and type_referentiel
// (names of sections), and the free tags of appellations that repeat those of
// their métier.
//
// [Reference] reads one métier, the release and the whole lexicon, each as of one
// moment. What is derived from a release (tools.SkillsOf) compares [Release]
// when it is used, so another process may load one.
//
// Data: France Travail, Licence Ouverte / Etalab 2.0; [Release.Attribution] is
// the sentence to show. The extract in this package is facts only.
//
// To read one more table of the archive: a step in data.go or data_links.go, a
// table in migrations/ and in tables.go. Raise loader in load.go so that what is
// loaded already is loaded again. Package rometest makes small releases for tests.
package rome
