delete from passages p where corpus = current_setting('tandem.corpus') and not exists (select from incoming i where i.id = p.id);

insert into passages (corpus, id, kind, title, text, url, folded, names, parent, keywords, title_tsv, tsv, embedding, content_hash, meta)
select current_setting('tandem.corpus'), i.id, i.kind, i.title, i.text, i.url, i.folded, i.names, i.parent, i.keywords,
       passage_words(i.title), passage_words(i.title, i.keywords),
       coalesce(v.embedding, case when p.title = i.title and p.keywords = i.keywords then p.embedding end), i.content_hash, i.meta
from incoming i left join vectors v using (id) left join passages p using (id)
where v.id is not null or p.content_hash is distinct from i.content_hash
on conflict (id) do update set (kind, title, text, url, folded, names, parent, keywords, title_tsv, tsv, embedding, content_hash, meta) =
  (excluded.kind, excluded.title, excluded.text, excluded.url, excluded.folded, excluded.names, excluded.parent, excluded.keywords,
   excluded.title_tsv, excluded.tsv, excluded.embedding, excluded.content_hash, excluded.meta)
where passages.corpus = excluded.corpus;

-- Passages of other corpora that had no vector.
update passages p set embedding = v.embedding from vectors v where v.id = p.id and p.embedding is null;
