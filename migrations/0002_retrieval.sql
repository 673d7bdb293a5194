-- Passages: everything an answer may cite, public to all. Only the owner
-- writes (retrieval.Replace); the application reads.

-- French stems without accents: "bouché", "boucher" and "bouchers" meet.
create text search configuration tandem_french (copy = french);
alter text search configuration tandem_french
  alter mapping for hword, hword_part, word with unaccent, french_stem;

create table passages (
  corpus       text not null check (corpus in ('rome', 'charter', 'law')),
  id           text not null check (length(id) between 1 and 64),
  kind         text not null,
  title        text not null,
  text         text not null,            -- shown; found by title and keywords
  url          text not null,
  folded       text not null,            -- title as fold.String gives it: for trigrams
  names        text[] not null,          -- folded forms that are exactly this passage: "boulanger", "boulangere", "d1102"
  parent       text,                     -- the métier that an appellation is evidence for
  keywords     text not null default '', -- what it is found by besides its title
  title_tsv    tsvector not null,        -- of the title
  tsv          tsvector not null,        -- of title and keywords. Two vectors instead of one with weights: GIN keeps no weights,
                                         -- so "in the title" would fetch every candidate's whole vector to look
  embedding    vector,                   -- null until an embedder is chosen; its dimension is fixed when loading
  content_hash bytea not null,           -- of all of the above that is not derived
  meta         jsonb not null default '{}',
  primary key (id)                       -- ids of different corpora cannot meet: D1102, 101163, charter:1, law:L1132-1
);

create function passage_words(variadic texts text[]) returns tsvector immutable language sql
  as $$ select to_tsvector('public.tandem_french', array_to_string(texts, E'\n')) $$;

-- The indexes of a table of passages, in one place: the loader builds the next
-- table beside the one that serves, then switches (retrieval/replace.go).
-- Vector and trigram indexes are partial, because a filter applied after the
-- scan of an index starves the result or wastes the scan; search.sql repeats
-- these conditions word for word. Kinds without a vector index have few passages
-- and are compared one by one.
create function passages_index(target regclass, vectors boolean) returns void
language plpgsql set search_path = public, pg_temp as $$
declare
  jobs text := 'kind in (''metier'', ''appellation'')';
  part text;
begin
  execute format('create index on %s using gin (names)', target);
  execute format('create index on %s using gin (title_tsv) with (fastupdate = off)', target);
  execute format('create index on %s using gin (tsv) with (fastupdate = off)', target);
  execute format('create index on %s using gin (folded gin_trgm_ops) with (fastupdate = off) where %s', target, jobs);
  execute format('create index on %s using gin (folded gin_trgm_ops) with (fastupdate = off) where not %s', target, jobs);
  execute format('create index on %s (kind) where kind in (''savoir-etre'', ''contexte'', ''charter'', ''law'')', target);
  if vectors then
    foreach part in array array[jobs, 'kind = ''competence''', 'kind = ''savoir'''] loop
      execute format('create index on %s using hnsw (embedding vector_cosine_ops) where %s', target, part);
    end loop;
  end if;
end $$;
revoke all on function passages_index(regclass, boolean) from public;
select passages_index('passages', false);

-- How many passages hold a lexeme: the weight of a query's words, and the
-- dictionary against which typing errors are mended.
create table lexemes (
  lexeme text primary key,
  n      int not null
);
create index on lexemes using gin (lexeme gin_trgm_ops) with (fastupdate = off);

-- What made the vectors. One row: vectors of two embedders never mix.
create table embedder (
  one       boolean primary key default true check (one),
  name      text not null,
  version   text not null,
  dimension int not null check (dimension between 1 and 2000),
  model     bytea, -- the built-in embedder itself, so that every process shares it; null for external ones
  at        timestamptz not null default now()
);

-- ROME, normalised: what the tools read besides passages. Codes are checked by
-- the importer before anything is written, with file and line, so there are no
-- foreign keys to check a second time.
create table rome_release (
  one       boolean primary key default true check (one),
  version   int not null,
  published date,
  complete  boolean not null, -- false: the built-in extract
  sha256    text not null,    -- of the source's content
  loaded_at timestamptz not null default now()
);

create table rome_domaine (code text primary key, label text not null); -- A: grand domaine, A11: domaine professionnel

create table rome_metier (
  code      text primary key,
  ogr       text not null,
  label     text not null,
  domaine   text not null,
  parent    text not null, -- code of ROME v3
  eco       text not null, num text not null, demo text not null, -- transitions
  regulated boolean not null,
  executive boolean not null,
  riasec    text not null  -- major then minor letter
);

create table rome_appellation (
  code      text primary key,
  label     text not null,
  short     text not null,
  metier    text not null,
  principal boolean not null,
  rare      boolean not null
);
create index on rome_appellation (metier);

create table rome_item (
  code        text primary key,
  kind        text not null check (kind in ('competence', 'savoir', 'savoir-etre', 'contexte')),
  label       text not null,
  definition  text not null,
  macro       text not null, -- OGR code of its macro-compétence
  function    text not null, -- of macro-compétences: place in the tree, 4A101
  category    text not null, subcategory text not null,
  eco         text not null, num text not null,
  riasec      text not null
);

create table rome_link (
  metier text not null,
  item   text not null,
  core   text not null, -- Principale, Émergente or ''
  primary key (metier, item)
);
create index on rome_link (item);

create table rome_mobilite (
  metier text not null,
  target text not null,
  rank   int not null,
  primary key (metier, target)
);

create table rome_texte (
  metier   text not null,
  kind     text not null, -- definition, acces_metier
  position int not null,
  text     text not null,
  primary key (metier, kind, position)
);

-- Other ways into ROME: secteur, sous-secteur, naf, centre-interet, theme, competence-tree.
create table rome_entree (
  kind       text not null,
  code       text not null,
  label      text not null,
  definition text not null,
  parent     text not null,
  primary key (kind, code)
);
create table rome_entree_metier (
  kind   text not null,
  code   text not null,
  metier text not null,
  main   boolean not null,
  primary key (kind, code, metier)
);
create index on rome_entree_metier (metier);

do $$
declare t text;
begin
  foreach t in array array['passages', 'lexemes', 'embedder', 'rome_release', 'rome_domaine', 'rome_metier', 'rome_appellation', 'rome_item',
    'rome_link', 'rome_mobilite', 'rome_texte', 'rome_entree', 'rome_entree_metier'] loop
    execute format('grant select on %I to tandem_app', t);
  end loop;
end $$;
