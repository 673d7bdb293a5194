-- Indexes that fit the search as it is now. Métiers have a vector index of their
-- own: there are ten times as many appellations, which would hide them. The full
-- text is indexed apart for titles and, where there is any, for what lies beyond,
-- and apart for jobs and the rest: a word of both would fetch rows in vain.
create or replace function passages_index(target regclass, vectors boolean) returns void
language plpgsql set search_path = public, pg_temp as $$
declare
  jobs text := 'kind in (''metier'', ''appellation'')';
  part text;
begin
  execute format('create index on %s using gin (names)', target);
  execute format('create index on %s using gin (title_tsv) with (fastupdate = off) where %s', target, jobs);
  execute format('create index on %s using gin (title_tsv) with (fastupdate = off) where not %s', target, jobs);
  execute format('create index on %s using gin (tsv) with (fastupdate = off) where keywords <> '''' and kind = ''metier''', target);
  execute format('create index on %s using gin (tsv) with (fastupdate = off) where keywords <> '''' and kind <> ''metier''', target);
  execute format('create index on %s using gin (folded gin_trgm_ops) with (fastupdate = off) where %s', target, jobs);
  execute format('create index on %s using gin (folded gin_trgm_ops) with (fastupdate = off) where not %s', target, jobs);
  execute format('create index on %s (kind) where kind in (''savoir-etre'', ''contexte'', ''charter'', ''law'')', target);
  if vectors then
    foreach part in array array['metier', 'appellation', 'competence', 'savoir'] loop
      execute format('create index on %s using hnsw (embedding vector_cosine_ops) where kind = %L', target, part);
    end loop;
  end if;
end $$;

-- What is loaded gets them at once; its ROME is loaded again by this version anyway.
do $$
declare
  i regclass;
  fixed boolean := (select atttypmod > 0 from pg_attribute where attrelid = 'passages'::regclass and attname = 'embedding');
begin
  for i in select indexrelid::regclass from pg_index where indrelid = 'passages'::regclass and not indisprimary loop
    execute format('drop index %s', i);
  end loop;
  perform passages_index('passages', fixed);
end $$;

-- Grows with every change of a passage: what a process remembers of a search
-- holds as long as this stays.
alter table embedder add column generation bigint not null default 0;
