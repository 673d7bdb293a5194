-- Codes that a release of ROME once had and the one loaded now has not, so that
-- what people validated and what answers cited stays readable. The load of a
-- release keeps it (retrieval/rome/retired.go); profiles and pages read it.
create table rome_retired (
  code      text primary key,
  kind      text not null check (kind in ('metier', 'appellation', 'competence', 'savoir', 'savoir-etre', 'contexte')),
  label     text not null,
  version   int not null, -- the last one loaded that had it
  successor text,         -- a code of the loaded release, only when the evidence is clear
  why       text not null default '' check (why in ('', 'label', 'appellations')),
  check ((successor is null) = (why = ''))
);
grant select on rome_retired to tandem_app;
