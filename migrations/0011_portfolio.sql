-- The portfolio at work: which forecasts stand out among similar offers, who
-- has to hear of it, what was done about it and whether it helped.

alter table offers
  add column measure      text not null default '',      -- what the forecast is about: targets are never mixed
  add column high         boolean not null default false, -- in the top band: see tools/offers.Band
  add column contacted_at timestamptz,                    -- last call or visit
  add column domain       text generated always as (left(rome, 3)) stored;
update offers set measure = coalesce(forecast ->> 'measure', ''), high = coalesce(forecast ->> 'band' = 'forte', false);

-- What lists and counts of a portfolio read, without its texts.
drop index offers_agency_probability_idx;
create index offers_portfolio on offers (agency, state, probability desc nulls last, id)
  include (company, measure, rome, domain, contract, departement, blocked, high, created_at, contacted_at);
create index on offers (agency, created_at desc, id);

-- As before; the settings are read once a statement instead of once a row.
alter policy company on offers
  using ((select tandem_role()) = 'recruiter' and company <> '' and company = (select tandem_company()))
  with check ((select tandem_role()) = 'recruiter' and company <> '' and company = (select tandem_company()));
alter policy agency on offers
  using ((select tandem_role()) = 'counsellor' and agency <> '' and agency = (select tandem_agency()))
  with check ((select tandem_role()) = 'counsellor' and agency <> '' and agency = (select tandem_agency()));

-- How forecasts of similar open offers are spread: the 1st to 99th percentile of
-- each group that has enough of them. An empty contract, domain or département
-- stands for all. Figures of groups, nobody's: they are over all portfolios.
create table offer_levels (
  measure     text not null,
  contract    text not null,
  domain      text not null,
  departement text not null,
  offers      int not null,
  quantiles   real[] not null,
  at          timestamptz not null default now(),
  primary key (measure, contract, domain, departement)
);
alter table offer_levels enable row level security;
create policy everyone on offer_levels for select to tandem_app using (true);
grant select on offer_levels to tandem_app;

-- Measures the groups again, unless that was done within so long. Those of fewer
-- than enough offers are left out. Tells whether it did.
create function tandem_level_offers(enough int, fresh interval) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not pg_try_advisory_xact_lock(hashtext('tandem_level_offers')) or exists (select from offer_levels where at > now() - fresh) then
    return false;
  end if;
  delete from offer_levels;
  insert into offer_levels (measure, contract, domain, departement, offers, quantiles)
    select measure, coalesce(contract, ''), coalesce(domain, ''), coalesce(departement, ''), count(*),
      percentile_cont((select array_agg(n / 100.0::float8 order by n) from generate_series(1, 99) n)) within group (order by probability)::real[]
    from (select measure, probability, nullif(contract, '') as contract, nullif(domain, '') as domain, nullif(departement, '') as departement
      from offers where state = 'open' and probability is not null) as o
    group by grouping sets ((measure, contract, domain, departement), (measure, contract, domain), (measure, contract, departement), (measure, contract), (measure))
    -- what an offer does not say is no group, and must not be taken for « all »
    having count(*) >= enough and (grouping(contract) = 1 or contract is not null) and (grouping(domain) = 1 or domain is not null)
      and (grouping(departement) = 1 or departement is not null);
  return true;
end $$;
revoke all on function tandem_level_offers(int, interval) from public;
grant execute on function tandem_level_offers(int, interval) to tandem_app;

-- The group of similar offers: of the same contract, domain and département if
-- there are enough, else of contract and domain, contract and département,
-- contract, all. No row when not even those are enough. alike says which: 4 for
-- the contract, 2 for the domain, 1 for the département.
create function tandem_similar(of_measure text, of_contract text, of_domain text, of_departement text)
returns table (quantiles real[], offers int, alike int)
language sql stable as $$
  select quantiles, offers, (contract <> '')::int * 4 + (domain <> '')::int * 2 + (departement <> '')::int
  from offer_levels
  where measure = of_measure and (contract, domain, departement) in (
    (coalesce(of_contract, ''), coalesce(of_domain, ''), coalesce(of_departement, '')), (coalesce(of_contract, ''), coalesce(of_domain, ''), ''),
    (coalesce(of_contract, ''), '', coalesce(of_departement, '')), (coalesce(of_contract, ''), '', ''), ('', '', ''))
  order by 3 desc limit 1
$$;

-- An alert stands until somebody handles it, or the offer is closed.
create table offer_alerts (
  id          bigint generated always as identity primary key,
  offer       text not null references offers (id) on delete cascade,
  agency      text not null,
  probability real not null,
  at          timestamptz not null default now(),
  handled_at  timestamptz,
  counsellor  text -- who handled it; null when the offer was closed
);
create unique index on offer_alerts (offer) where handled_at is null;
create index on offer_alerts (offer);
create index on offer_alerts (agency, at desc) where handled_at is null;
insert into offer_alerts (offer, agency, probability)
  select id, agency, probability from offers where high and state = 'open' and agency <> '' and probability is not null order by id;

-- What was done for an offer, and what came of it.
create table offer_actions (
  id         text primary key,
  offer      text not null references offers (id) on delete cascade,
  agency     text not null,
  kind       text not null check (kind in ('call', 'visit', 'immersion', 'mrs', 'training', 'wording', 'pay', 'other')),
  outcome    text not null default 'pending' check (outcome in ('pending', 'filled', 'candidates', 'nothing')),
  note       text not null default '' check (length(note) <= 600),
  done_on    date not null,
  counsellor text not null,
  at         timestamptz not null default now()
);
create index on offer_actions (offer, done_on desc);
create index on offer_actions (agency, kind);

-- Alerts and actions are the agency's. The database raises alerts; counsellors
-- handle them, once, in their own name.
alter table offer_alerts enable row level security;
create policy agency on offer_alerts for select to tandem_app
  using ((select tandem_role()) = 'counsellor' and agency <> '' and agency = (select tandem_agency()));
create policy handle on offer_alerts for update to tandem_app
  using ((select tandem_role()) = 'counsellor' and agency <> '' and agency = (select tandem_agency()) and handled_at is null)
  with check ((select tandem_role()) = 'counsellor' and agency = (select tandem_agency()) and handled_at is not null and counsellor = (select tandem_visitor()));
grant select, update (handled_at, counsellor) on offer_alerts to tandem_app;

alter table offer_actions enable row level security;
create policy agency on offer_actions for select to tandem_app
  using ((select tandem_role()) = 'counsellor' and agency <> '' and agency = (select tandem_agency()));
-- Of an offer that the counsellor sees: what is read here is read as they do.
create policy make on offer_actions for insert to tandem_app
  with check ((select tandem_role()) = 'counsellor' and agency <> '' and agency = (select tandem_agency()) and counsellor = (select tandem_visitor())
    and exists (select from offers o where o.id = offer and o.agency = offer_actions.agency));
create policy complete on offer_actions for update to tandem_app
  using ((select tandem_role()) = 'counsellor' and agency <> '' and agency = (select tandem_agency()))
  with check ((select tandem_role()) = 'counsellor' and agency = (select tandem_agency()));
grant select, insert, update (outcome) on offer_actions to tandem_app;

-- Raised by the table itself, so that no way of storing a forecast goes untold.
-- Who listens is told the agency once a transaction, and reads the rest as themselves.
create function offers_alert() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    insert into offer_alerts (offer, agency, probability)
      select id, agency, probability from after where high and state = 'open' and agency <> '' and probability is not null order by id
      on conflict do nothing;
  else
    update offer_alerts a set handled_at = now() from after n where a.offer = n.id and n.state <> 'open' and a.handled_at is null;
    insert into offer_alerts (offer, agency, probability)
      select n.id, n.agency, n.probability from after n join before o using (id)
      where n.high and n.state = 'open' and n.agency <> '' and n.probability is not null and not (o.high and o.state = 'open' and o.agency = n.agency)
      order by n.id
      on conflict do nothing;
  end if;
  return null;
end $$;
revoke all on function offers_alert() from public;
create trigger entered after insert on offers referencing new table as after for each statement execute function offers_alert();
create trigger changed after update on offers referencing old table as before new table as after for each statement execute function offers_alert();

create function offer_alerts_tell() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform pg_notify('tandem_alerts', agency) from (select distinct agency from after) as told;
  return null;
end $$;
revoke all on function offer_alerts_tell() from public;
create trigger raised after insert on offer_alerts referencing new table as after for each statement execute function offer_alerts_tell();
create trigger handled after update on offer_alerts referencing new table as after for each statement execute function offer_alerts_tell();

-- Decides again which open offers are in the top band, now that the groups were
-- measured again: above that percentile of similar offers (0 does not ask; offers
-- alike in everything are equally likely, and none of them stands out), and at
-- least p (null does not ask). An offer without similar ones keeps its
-- model's own band. Returns how many changed.
create function tandem_band_offers(least_percentile int, least_p real) returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare n int;
begin
  with cuts as materialized ( -- once a group, not once an offer
    select k.*, g.quantiles[greatest(least_percentile, 1)] as cut
    from (select distinct measure, coalesce(contract, '') as contract, coalesce(domain, '') as domain, coalesce(departement, '') as departement
      from offers where state = 'open') k
    left join lateral tandem_similar(k.measure, k.contract, k.domain, k.departement) g on true
  ), banded as (
    select o.id, (least_p is null or o.probability >= least_p) and
      (least_percentile = 0 or coalesce(o.probability > c.cut, o.forecast ->> 'band' = 'forte', false)) as high
    from offers o join cuts c on (c.measure, c.contract, c.domain, c.departement) =
      (o.measure, coalesce(o.contract, ''), coalesce(o.domain, ''), coalesce(o.departement, ''))
    where o.state = 'open' and o.probability is not null
  )
  update offers o set high = b.high from banded b where b.id = o.id and b.high <> o.high;
  get diagnostics n = row_count;
  return n;
end $$;
revoke all on function tandem_band_offers(int, real) from public;
grant execute on function tandem_band_offers(int, real) to tandem_app;
