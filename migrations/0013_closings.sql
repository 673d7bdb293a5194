-- What became of the service's own offers, so that its model can learn from
-- them: when each was first seen here, when its portfolio was last listed whole
-- with the offer in it, when it was first missing.
alter table offers
  add column stored_at timestamptz not null default now(),
  add column closed_at timestamptz; -- null as well for an offer that was closed when it came: nobody saw when

-- By the table itself, so that no way of closing goes undated.
create function offers_close() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
  new.closed_at := case when new.state = 'closed' then now() end;
  return new;
end $$;
revoke all on function offers_close() from public;
create trigger closing before update of state on offers for each row when (old.state is distinct from new.state) execute function offers_close();

-- Each time the whole of a portfolio was imported: its open offers were open then.
create table offer_lists (
  agency  text not null,
  company text not null,
  at      timestamptz not null default now(),
  check (agency <> '' or company <> '')
);
create index on offer_lists (agency, company, at);
alter table offer_lists enable row level security;
create policy agency on offer_lists to tandem_app
  using ((select tandem_role()) = 'counsellor' and agency <> '' and agency = (select tandem_agency()))
  with check ((select tandem_role()) = 'counsellor' and company = '' and agency = (select tandem_agency()));
create policy company on offer_lists to tandem_app
  using ((select tandem_role()) = 'recruiter' and company <> '' and company = (select tandem_company()))
  with check ((select tandem_role()) = 'recruiter' and agency = '' and company = (select tandem_company()));
grant select, insert on offer_lists to tandem_app;
