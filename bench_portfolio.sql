-- What `tandem bench --portfolio` makes a million offers of, in its own database:
-- copies of those imported, likelihood and dates moved a little. $times is how
-- many there are of each in the end. The copies raise no alerts; those imported
-- did.
alter table offers disable trigger user;
do $$ begin perform setseed(0.5); end $$;
insert into offers (id, agency, company, title, body, fields, rome, contract, departement, state, created_at, verdict, blocked, forecast, measure, probability, high, contacted_at)
select id || '-' || n, agency, company, title, body, fields, rome, contract, departement, state, created_at - n * interval '1 day' - random() * interval '1 day',
  verdict, blocked, forecast, measure, p, p > 0.75, case when random() < 0.4 then now() - random() * interval '40 days' end
from (select *, greatest(0.01, least(0.99, probability + (random() - 0.5) / 5))::real as p from offers, generate_series(2, $times) n) as o;
-- An agency of the usual size among them.
insert into offers (id, agency, title, body, fields, rome, contract, departement, state, created_at, verdict, blocked, forecast, measure, probability, high)
select 'small-' || id, 'small', title, body, fields, rome, contract, departement, state, created_at, verdict, blocked, forecast, measure, probability, high
from offers where agency = 'bench' order by id limit 1100;
alter table offers enable trigger user;
