-- One hybrid search: exact names and codes, French full text, trigrams, vectors.
-- Each finds candidates by an index; every candidate is then measured by all of
-- them, and the measures are summed with weights that were learned (weights.go).
--
--   $1 corpus, '' for all           $6 text for trigrams
--   $2 kinds wanted                 $7 vector of the query, null for none
--   $3 exact names                  $8 weights, 11 for each group of kinds
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
  select mass * likeness as weight, quote_literal(lexeme)::tsquery as word
  from terms where lexeme is not null and (n <= 3000 or n = (select min(n) from terms where n > 0))
  order by weight desc limit 6
),
matches as (
  select p.id, p.kind, p.parent, t.weight, t.weight as titled, length(p.folded) as size
  from fetching t join passages p on p.title_tsv @@ t.word where p.kind = any ($10) and ($1 = '' or p.corpus = $1)
  union all
  select p.id, p.kind, p.parent, t.weight, 0, length(p.folded)
  from fetching t join passages p on p.tsv @@ t.word
  where p.kind = any ($10) and ($1 = '' or p.corpus = $1) and p.keywords <> ''
),
lexical as materialized (
  select id, kind, parent, greatest(sum(weight) - sum(titled), sum(titled)) / mass as coverage, sum(titled) / mass as titled
  from matches, (select sum(mass) as mass from terms) known
  group by id, kind, parent, size, mass
  order by (greatest(sum(weight) - sum(titled), sum(titled)) + sum(titled)) * (0.7 + 0.3 / (1 + size / 40.0)) desc limit 80
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
     order by embedding <=> $7 limit 30)
    union all
    (select id, kind, parent from passages
     where ($11::bool[])[4] and 'appellation' = any ($10) and kind = 'appellation'
     order by embedding <=> $7 limit 80)
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
measured as materialized (
  select p.id, p.kind, p.parent, length(p.folded) as size, (e.id is not null)::int as exact,
         coalesce(l.coverage, 0) as coverage, coalesce(l.titled, 0) as titled,
         similarity($6, p.folded) as likeness, word_similarity($6, p.folded) as within,
         coalesce(greatest(0, (1 - (p.embedding <=> $7) - b.background) / (1 - b.background)), 0) as cosine
  from (select id from candidates union select parent from candidates where parent is not null and 'metier' = any ($2)) c
    join passages p using (id) left join exact e using (id) left join lexical l using (id), (select background from embedder) b
),
-- What speaks for a métier: the best of its appellations, by each measure.
speaking as (
  select parent as id, max(exact) as exact, max(titled) as titled, max(likeness) as likeness, max(within) as within, max(cosine) as cosine
  from measured where parent is not null group by parent
),
evidence as (
  select m.id, m.kind, m.size, m.exact, greatest(m.exact, coalesce(s.exact, 0)) as named,
    array[1, m.coverage, m.titled, m.likeness, m.within, m.cosine,
          coalesce(s.titled, 0), coalesce(s.likeness, 0), coalesce(s.within, 0), coalesce(s.cosine, 0), coalesce(s.cosine, 0) * m.cosine]::float8[] as measures,
    case kind when 'metier' then 0 when 'appellation' then 11 when 'charter' then 33 when 'law' then 33 else 22 end as at
  from measured m left join speaking s using (id) where m.kind = any ($2)
),
scored as (
  select id, kind, size, exact, named, measures, (select sum(x * ($8::float8[])[at + i]) from unnest(measures) with ordinality as u (x, i)) as score
  from evidence
  order by named desc, exact desc, score desc, kind = 'metier' desc, size, id limit $9
)
select p.corpus, p.id, p.kind, p.title, p.text, p.url, p.meta, s.score, s.named = 1, s.measures
from scored s join passages p using (id)
order by s.named desc, s.exact desc, s.score desc, s.kind = 'metier' desc, s.size, s.id
