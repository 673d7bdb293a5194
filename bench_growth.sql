-- What `tandem bench --growth` makes its copies with, in its own database.

-- The passages as they were loaded, and noise to add to their vectors: of length
-- a half once two are added, so that a copy is at a cosine of about 0.9 from
-- what it copies. $dim is the dimension.
create table bench_base as select * from passages;
grant select on bench_base to tandem_app;
create table bench_noise (i int primary key, v vector);
do $$ begin perform setseed(0.5); end $$;
insert into bench_noise select i, (select array_agg((sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) * 0.5 / sqrt(2 * $dim))::real)
  from generate_series(1, $dim) where i = i)::vector from generate_series(0, 1023) i;

-- The words of a text in another order, one in six with a letter lost: the
-- vocabulary grows with the corpus, as it does.
create function bench_words(said text, n int) returns text immutable language sql as $$
  select coalesce(string_agg(case when length(w) > 4 and hashtext(w || n) % 6 = 0
      then overlay(w placing '' from 2 + n % (length(w) - 2) for 1) else w end, ' ' order by hashtext(w || n)), '')
  from unnest(string_to_array(said, ' ')) w
$$;
