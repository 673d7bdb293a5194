delete from passages p where corpus = current_setting('tandem.corpus') and not exists (select from incoming i where i.id = p.id);

insert into passages (corpus, id, kind, title, text, url, folded, names, parent, keywords, title_tsv, tsv, embedding, content_hash, meta)
select current_setting('tandem.corpus'), i.id, i.kind, i.title, i.text, i.url, i.folded, i.names, i.parent, i.keywords,
       passage_words(i.title), passage_words(i.title, i.keywords), v.embedding, i.content_hash, i.meta
from incoming i join vectors v using (id)
on conflict (id) do update set (kind, title, text, url, folded, names, parent, keywords, title_tsv, tsv, embedding, content_hash, meta) =
  (excluded.kind, excluded.title, excluded.text, excluded.url, excluded.folded, excluded.names, excluded.parent, excluded.keywords,
   excluded.title_tsv, excluded.tsv, excluded.embedding, excluded.content_hash, excluded.meta)
where passages.corpus = excluded.corpus;
