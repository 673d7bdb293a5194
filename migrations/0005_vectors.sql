-- Vectors of an external embedder, made before they serve. Asking for all of
-- them takes minutes to hours, so they are kept as they come, by the text they
-- are of: what is interrupted goes on where it was, the same text is never sent
-- twice, and what a load of ROME changes meanwhile is simply not there yet. They
-- move to passages in one transaction (retrieval.Reembed), which empties this.
create table staged_vectors (
  name      text not null, -- of the embedder
  version   text not null,
  hash      bytea not null, -- sha256 of the text that was sent
  embedding vector not null,
  primary key (name, version, hash)
);

-- What two passages that have nothing to do with each other are alike, by this
-- embedder: 0 for the built-in one, up to 0.8 for some external ones.
alter table embedder add column background float8 not null default 0;

comment on column embedder.model is
  'the built-in embedder, trained on the ROME that is loaded; kept while an external one serves, so that there is a way back';
