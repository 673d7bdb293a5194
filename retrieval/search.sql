-- One hybrid search: exact names and codes, French full text, trigrams, vectors;
-- fused by reciprocal rank.
--
--   $1 corpus, '' for all           $6 text for trigrams, '' for none
--   $2 kinds wanted                 $7 vector of the query
--   $3 exact names                  $8 weights: exact, lexical, trigram, vector; 0 is off
--   $4 codes                        $9 limit
--   $5 words for the full text      $10 kinds looked at
--
-- $10 is $2 and the kinds that are evidence for one wanted: an appellation
-- speaks for its métier.
with exact as materialized (
  select id, kind, parent, 1.0::float8 as value from passages
  where ($8::float8[])[1] > 0 and (id = any ($4) or names && $3) and kind = any ($10) and ($1 = '' or corpus = $1)
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
  where ($8::float8[])[2] > 0
  order by mass desc limit 12
),
-- Frequent words alone fetch nothing, unless the query has no other.
fetching as materialized (
  select mass * likeness as weight, quote_literal(lexeme)::tsquery as word
  from terms where lexeme is not null and (n <= 3000 or n = (select min(n) from terms where n > 0))
  order by weight desc limit 6
),
matches as (
  select p.id, p.kind, p.parent, length(p.folded) as size, t.weight * 0.5 as weight
  from fetching t join passages p on p.title_tsv @@ t.word where p.kind = any ($10) and ($1 = '' or p.corpus = $1)
  union all
  select p.id, p.kind, p.parent, length(p.folded), t.weight * 0.5
  from fetching t join passages p on p.tsv @@ t.word where p.kind = any ($10) and ($1 = '' or p.corpus = $1)
),
lexical as materialized (
  select id, kind, parent, sum(weight) * (0.7 + 0.3 / (1 + size / 40.0)) as value, sum(weight) / (select sum(mass) from terms) as coverage
  from matches group by id, kind, parent, size
  order by value desc limit 150
),

trigram as materialized (
  select id, kind, parent, value from (
    (select id, kind, parent, word_similarity($6, folded)::float8 as value, length(folded) as size from passages
     where ($8::float8[])[3] > 0 and $6 <> '' and $10 && array['metier', 'appellation']
       and $6 <% folded and kind in ('metier', 'appellation'))
    union all
    (select id, kind, parent, word_similarity($6, folded), length(folded) from passages
     where ($8::float8[])[3] > 0 and $6 <> '' and not $10 <@ array['metier', 'appellation']
       and $6 <% folded and not kind in ('metier', 'appellation'))) alike
  where kind = any ($10)
  order by value desc, size limit 100
),

-- One scan per partial index (see passages_index), none for kinds not looked at.
vector as materialized (
  select id, kind, parent, 1 - distance as value from (
    (select id, kind, parent, embedding <=> $7 as distance from passages
     where ($8::float8[])[4] > 0 and $10 && array['metier', 'appellation'] and kind in ('metier', 'appellation')
     order by embedding <=> $7 limit 80)
    union all
    (select id, kind, parent, embedding <=> $7 from passages
     where ($8::float8[])[4] > 0 and 'competence' = any ($10) and kind = 'competence'
     order by embedding <=> $7 limit 40)
    union all
    (select id, kind, parent, embedding <=> $7 from passages
     where ($8::float8[])[4] > 0 and 'savoir' = any ($10) and kind = 'savoir'
     order by embedding <=> $7 limit 40)
    union all
    (select id, kind, parent, embedding <=> $7 from passages
     where ($8::float8[])[4] > 0 and kind = any ($10) and kind in ('savoir-etre', 'contexte', 'charter', 'law')
     order by embedding <=> $7 limit 40)) near
  where kind = any ($10) and distance < 1
),

hits as (
  select 1 as scorer, id, kind, parent, value, null::float8 as coverage from exact
  union all select 2, id, kind, parent, value, coverage from lexical
  union all select 3, id, kind, parent, value, null from trigram
  union all select 4, id, kind, parent, value, null from vector
),
-- What each hit is evidence for: itself, and its métier.
evidence as (
  select scorer, id, value, coverage from hits where kind = any ($2)
  union all
  select scorer, parent, value, coverage from hits where parent is not null and 'metier' = any ($2)
),
placed as (
  select scorer, id, max(value) as value, max(coverage) as coverage,
         rank() over (partition by scorer order by max(value) desc, count(*) desc) as place
  from evidence group by scorer, id
),
fused as (
  select id, sum(($8::float8[])[scorer] / (10 + place)) as ranked,
         bool_or(scorer = 1) as exact, coalesce(max(coverage), 0) as coverage,
         coalesce(max(value) filter (where scorer = 3), 0) as likeness,
         coalesce(max(value) filter (where scorer = 4), 0) as cosine
  from placed group by id
)
-- Ranks say who is better, not by how much: the evidence itself breaks the
-- near-ties between scorers that disagree.
select p.corpus, p.id, p.kind, p.title, p.text, p.url, p.meta,
       f.ranked * (1 + f.coverage + f.likeness + f.cosine) as score, f.exact, f.coverage, f.likeness, f.cosine
from fused f join passages p using (id)
order by score desc, p.kind = 'metier' desc, length(p.folded), p.id
limit $9
