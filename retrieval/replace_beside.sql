-- The next table of passages, built while the old one serves. The planner may
-- use more memory and both processors here and nowhere else.
set local maintenance_work_mem = '256MB';
set local max_parallel_maintenance_workers = 2;

create table passages_next (like passages including defaults including constraints);
alter table passages_next alter column embedding type vector(0);

insert into passages_next (corpus, id, kind, title, text, url, folded, names, parent, keywords, title_tsv, tsv, embedding, content_hash, meta)
select current_setting('tandem.corpus'), i.id, i.kind, i.title, i.text, i.url, i.folded, i.names, i.parent, i.keywords,
       passage_words(i.title), passage_words(i.title, i.keywords),
       coalesce(v.embedding, case when current_setting('tandem.same')::boolean and p.title = i.title and p.keywords = i.keywords then p.embedding end), i.content_hash, i.meta
from incoming i left join vectors v using (id) left join passages p using (id)
union all
select p.corpus, p.id, p.kind, p.title, p.text, p.url, p.folded, p.names, p.parent, p.keywords, p.title_tsv, p.tsv,
       coalesce(v.embedding, case when current_setting('tandem.same')::boolean then p.embedding end), p.content_hash, p.meta
from passages p left join vectors v using (id) where p.corpus <> current_setting('tandem.corpus');

alter table passages_next add primary key (id);
select passages_index('passages_next', true);
grant select on passages_next to tandem_app;
analyze passages_next;
