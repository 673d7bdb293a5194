// Package offers holds job offers: what they say, what the engines found of
// them, and the portfolios in which counsellors and recruiters see them.
//
// # Reading
//
// [Parse] reads the facts of an offer from text as people write it, be it a
// whole offer or « risque de dépasser 30 jours ? CDI, 39h, 2 ans d'exp,
// Saint-Nazaire ». It prefers unknown to wrong: an hour of the day is no working
// week, a bonus no salary, « CDI possible à l'issue » no contract on offer.
// [Fields.Understood] says back in French what was read.
//
// [File] reads records of the public « Offres d'emploi v2 » shape (a list, an
// answer of the search call, JSON lines, or a CSV whose titles name its fields),
// one at a time, in bounded memory. A bad record is reported with its line and
// the good ones are kept.
//
// # Portfolios
//
// [Store] keeps offers in Postgres as the visitor who asks: a recruiter sees the
// offers of their company, a counsellor those of their agency, a job seeker
// none. That is row-level security's work (migrations/): queries name the portfolio
// for the planner only, and to forget it would show nothing more. [Store.ImportFrom] is idempotent by id
// and checks and forecasts each offer on entry, by the [Assess] it was given; this
// package knows no rule of law. [Store.Search] takes a typed [Filter]: words of a
// question never become SQL, and the filter understood is said in French.
//
// # Alerts and actions
//
// An offer whose forecast is in the top [Band] among similar open offers raises an
// alert, in the database itself, when it enters it. It stands until somebody of
// the agency handles it ([Store.Handle]) or the offer is closed; a [Bell] rings
// meanwhile on every open page. What was done for an offer and what came of it
// ([Store.Act]) is counted by [Store.WhatHelped]: associations, with how many.
//
// # How to extend it
//
// A new fact: a field of [Fields], its reading in conditions.go with lines in
// the table of parse_test.go, its words in Understood. A new town or
// département: places.tsv. A new criterion: a field of [Filter] and one clause
// in search.go.
package offers
