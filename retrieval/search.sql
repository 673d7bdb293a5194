-- One hybrid search: exact names and codes, French full text, trigrams, vectors.
-- Each finds candidates by an index; every candidate is then measured by all of
-- them, and the measures are summed with weights that were learned (weights.go).
--
--   $1 corpus, '' for all           $6 text for trigrams
--   $2 kinds wanted                 $7 vector of the query, null for none
--   $3 exact names                  $8 weights, 10 for each group of kinds
--   $4 codes                        $9 limit
--   $5 words for the full text      $10 kinds looked at
--                                   $11 who finds candidates: exact, lexical, trigram, vector
--
-- $10 is $2 and the kinds that are evidence for one wanted: an appellation
-- speaks for its métier.
with exact as materialized (
  select id, kind, parent from passages
  where ($11::bool[])[1] and (id = any ($4) or names && $3) and kind = any ($10) and ($1 = '' or corpus = $1)
  limit 200
),

-- The query's lexemes with their weight by rarity. One that no passage holds is
-- a typing error: the nearest that exists stands in for it.
total as materialized (select n::float8 from lexemes where lexeme = ''),
terms as materialized (
  select coalesce(l.lexeme, near.lexeme) as lexeme, coalesce(l.n, near.n, 0) as n,
         ln(1 + total.n / coalesce(l.n, near.n, 1)) as mass,
         case when l.lexeme is null then coalesce(near.likeness, 0) else 1 end as likeness
  from total, unnest(to_tsvector('tandem_french', $5)) as said
    left join lexemes l on l.lexeme = said.lexeme
    left join lateral (
      select x.lexeme, x.n, similarity(x.lexeme, said.lexeme) as likeness from lexemes x
      where l.lexeme is null and length(said.lexeme) > 3 and x.lexeme % said.lexeme
      order by likeness desc, x.n desc limit 1) near on true
  where ($11::bool[])[2]
  order by mass desc limit 12
),
-- Frequent words alone fetch nothing, unless the query has no other.
fetching as materialized (
  select (mass * likeness / (select sum(mass) from terms))::float8 as weight, quote_literal(lexeme)::tsquery as word
  from terms where lexeme is not null and (n <= 0.02 * (select n from total) or n = (select min(n) from terms where n > 0))
  order by weight desc limit 6
),
-- Titles are fetched by the two rarest words and then looked at for the others.
rarest as materialized (
  select string_agg(word::text, ' | ')::tsquery as word from (select word from fetching order by weight desc limit 2) two
),
titles as (
  select id, kind, parent, length(folded) as size, 0::float8 as held, (select sum(weight) from fetching where title_tsv @@ word) as titled
  from (
    select id, kind, parent, folded, title_tsv from passages
    where $10 && array['metier', 'appellation'] and title_tsv @@ (select word from rarest)
      and kind in ('metier', 'appellation') and kind = any ($10)
    union all
    select id, kind, parent, folded, title_tsv from passages
    where not $10 <@ array['metier', 'appellation'] and title_tsv @@ (select word from rarest)
      and not kind in ('metier', 'appellation') and kind = any ($10) and ($1 = '' or corpus = $1)) title
),
-- What else is found by keywords is fetched word by word: long texts are not read.
texts as (
  select id, kind, parent, length(folded) as size, weight as held, 0::float8 as titled from fetching f join passages p on p.tsv @@ f.word
  where 'metier' = any ($10) and p.keywords <> '' and p.kind = 'metier'
  union all
  select id, kind, parent, length(folded), weight, 0 from fetching f join passages p on p.tsv @@ f.word
  where not $10 <@ array['metier', 'appellation'] and p.keywords <> '' and p.kind <> 'metier' and kind = any ($10) and ($1 = '' or corpus = $1)
),
lexical as materialized (
  select id, kind, parent, greatest(sum(held), sum(titled)) as coverage, sum(titled) as titled
  from (select * from titles union all select * from texts) held
  group by id, kind, parent, size
  order by (greatest(sum(held), sum(titled)) + sum(titled)) * (0.7::float8 + 0.3::float8 / (1 + size / 40.0::float8)) desc limit 50
),

alike as materialized (
  select id, kind, parent from (
    (select id, kind, parent, word_similarity($6, folded) as value, length(folded) as size from passages
     where ($11::bool[])[3] and $10 && array['metier', 'appellation']
       and $6 <% folded and kind in ('metier', 'appellation'))
    union all
    (select id, kind, parent, word_similarity($6, folded), length(folded) from passages
     where ($11::bool[])[3] and not $10 <@ array['metier', 'appellation']
       and $6 <% folded and not kind in ('metier', 'appellation'))) one
  where kind = any ($10)
  order by value desc, size limit 60
),

-- One scan per partial index (see passages_index), none for kinds not looked at.
near as materialized (
  select id, kind, parent from (
    (select id, kind, parent from passages
     where ($11::bool[])[4] and 'metier' = any ($10) and kind = 'metier'
     order by embedding <=> $7 limit 20)
    union all
    (select id, kind, parent from passages
     where ($11::bool[])[4] and 'appellation' = any ($10) and kind = 'appellation'
     order by embedding <=> $7 limit 50)
    union all
    (select id, kind, parent from passages
     where ($11::bool[])[4] and 'competence' = any ($10) and kind = 'competence'
     order by embedding <=> $7 limit 40)
    union all
    (select id, kind, parent from passages
     where ($11::bool[])[4] and 'savoir' = any ($10) and kind = 'savoir'
     order by embedding <=> $7 limit 40)
    union all
    (select id, kind, parent from passages
     where ($11::bool[])[4] and kind = any ($10) and kind in ('savoir-etre', 'contexte', 'charter', 'law')
     order by embedding <=> $7 limit 40)) one
  where kind = any ($10)
),

candidates as (
  select id, kind, parent from exact union select id, kind, parent from lexical
  union select id, kind, parent from alike union select id, kind, parent from near
),
-- Reading a candidate's vector and title is most of what a search costs: as few
-- are candidates as the questions need.
measured as materialized (
  select p.id, p.kind, p.parent, length(p.folded) as size, (e.id is not null)::int as exact,
         coalesce(l.coverage, 0) as coverage, coalesce(l.titled, 0) as titled, similarity($6, p.folded) as likeness,
         coalesce(ln(1 + (p.meta ->> 'metiers')::float8) / 5, 0) as needed,
         coalesce(greatest(0, (1 - (p.embedding <=> $7) - b.background) / (1 - b.background)), 0) as cosine
  from (select id from candidates union select parent from candidates where parent is not null and 'metier' = any ($2)) c
    join passages p using (id) left join exact e using (id) left join lexical l using (id), (select background from embedder) b
),
-- What speaks for a métier: the best of its appellations, by each measure.
speaking as (
  select parent as id, max(exact) as exact, max(titled) as titled, max(likeness) as likeness, max(cosine) as cosine
  from measured where parent is not null group by parent
),
evidence as (
  select m.*, greatest(m.exact, coalesce(s.exact, 0)) as named, coalesce(s.titled, 0) as said_titled,
    coalesce(s.likeness, 0) as said_likeness, coalesce(s.cosine, 0) as said_cosine, coalesce(s.cosine, 0) * m.cosine as both_cosines,
    case kind when 'metier' then 0 when 'appellation' then 10 when 'competence' then 20 when 'savoir' then 20 when 'charter' then 40 when 'law' then 40 else 30 end as at
  from measured m left join speaking s using (id) where m.kind = any ($2)
),
scored as (
  select *, ($8::float8[])[at + 1] + ($8::float8[])[at + 2] * coverage + ($8::float8[])[at + 3] * titled
      + ($8::float8[])[at + 4] * likeness + ($8::float8[])[at + 5] * cosine + ($8::float8[])[at + 6] * said_titled
      + ($8::float8[])[at + 7] * said_likeness + ($8::float8[])[at + 8] * said_cosine + ($8::float8[])[at + 9] * both_cosines + ($8::float8[])[at + 10] * needed as score
  from evidence
  order by named desc, exact desc, score desc, kind = 'metier' desc, size, id limit $9
)
select p.corpus, p.id, p.kind, p.title, p.text, p.url, p.meta, s.score, s.named = 1,
  array[1, coverage, titled, likeness, cosine, said_titled, said_likeness, said_cosine, both_cosines, needed]::float8[]
from scored s join passages p using (id)
order by s.named desc, s.exact desc, s.score desc, s.kind = 'metier' desc, s.size, s.id
