-- A profile that a person makes on a page of its own: what each proposal rests
-- on, the job title they go by, the order they want.
alter table profile_items
  add document         text,                       -- whose text the evidence is bytes of; it may be gone
  add why              text not null default '',
  add appellation      text not null default '',   -- of a métier: the job title that the person goes by
  add appellation_code text not null default '',
  add later            boolean not null default false, -- found, but shown on demand only
  add place            int;                        -- in the person's order; null: not ordered yet

-- Consent: a profile is seen by the one counsellor to whom its person gave the
-- code, until it is withdrawn or the time is over, whichever comes first. The
-- time is that of the person's cookie: who cannot withdraw does not share.
create table profile_shares (
  visitor    text primary key,
  code       text not null unique check (code ~ '^[2-9A-HJ-NP-Z]{8}$'),
  counsellor text,
  at         timestamptz not null default now(),
  until      timestamptz not null default now() + interval '12 hours'
);
create index on profile_shares (counsellor);

alter table profile_shares enable row level security;
create policy mine on profile_shares for select to tandem_app using (visitor = tandem_visitor());
create policy consent on profile_shares for insert to tandem_app with check (visitor = tandem_visitor() and counsellor is null);
create policy withdraw on profile_shares for delete to tandem_app using (visitor = tandem_visitor());
create policy desk on profile_shares for select to tandem_app
  using (tandem_role() = 'counsellor' and counsellor = tandem_visitor() and until > now());
grant select, delete, insert (visitor, code) on profile_shares to tandem_app;

-- What a counsellor may see of shares is what the policy above lets through, so
-- this one needs to say no more.
create policy desk on profile_items for select to tandem_app
  using (tandem_role() = 'counsellor' and exists (select from profile_shares s where s.visitor = profile_items.visitor and s.counsellor = tandem_visitor()));

-- Gives the profile with this code to the counsellor who asks; null when there
-- is none, its time is over or another has it. Runs as the owner, so that no
-- policy has to show shares to somebody who does not know the code.
create function tandem_open_profile(of_code text) returns text
language plpgsql security definer set search_path = public, pg_temp as $$
declare who text;
begin
  if tandem_role() is distinct from 'counsellor' or tandem_visitor() is null then
    return null;
  end if;
  update profile_shares set counsellor = tandem_visitor()
    where code = of_code and until > now() and (counsellor is null or counsellor = tandem_visitor())
    returning visitor into who;
  return who;
end $$;
revoke all on function tandem_open_profile(text) from public;
grant execute on function tandem_open_profile(text) to tandem_app;

-- What people made of proposals: counts without words, time or person, to hold
-- our confidence against.
create table proposal_figures (
  code         text not null,
  kind         text not null,
  rome_version text not null,
  confidence   numeric(3, 2) not null,
  accepted     bigint not null default 0,
  refused      bigint not null default 0,
  primary key (code, rome_version, confidence)
);
alter table proposal_figures enable row level security;
create policy desk on proposal_figures for select to tandem_app using (tandem_role() = 'counsellor');
grant select on proposal_figures to tandem_app;

-- Counted when the item goes, whichever way it goes: until then the person may
-- change their mind, afterwards nothing says whose it was.
create function profile_items_count() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into proposal_figures as f (code, kind, rome_version, confidence, accepted, refused)
    values (old.code, old.kind, old.rome_version, old.confidence, (old.status = 'accepted')::int, (old.status = 'refused')::int)
    on conflict (code, rome_version, confidence) do update set accepted = f.accepted + excluded.accepted, refused = f.refused + excluded.refused;
  return null;
end $$;
revoke all on function profile_items_count() from public;
create trigger decided after delete on profile_items for each row
  when (old.origin = 'document' and old.status <> 'proposed' and old.kind <> 'metier' and old.confidence is not null)
  execute function profile_items_count();

create index on profile_items (at);

-- As before, and: what is left of a visitor without conversation goes together,
-- by the last thing they did, and not while it is shared.
create or replace function tandem_forget(keep interval) returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare n int;
begin
  delete from conversations c where touched_at < now() - keep
    and not exists (select from runs r where r.conversation = c.id and r.state = 'running')
    and not exists (select from handoffs h where h.conversation = c.id and h.state <> 'ended' and h.at > now() - interval '7 days');
  get diagnostics n = row_count;
  delete from profile_shares where until < now();
  delete from documents d where at < now() - keep
    and not exists (select from conversations c where c.visitor = d.visitor)
    and not exists (select from profile_items p where p.visitor = d.visitor and p.at >= now() - keep);
  delete from profile_items i where at < now() - keep
    and not exists (select from conversations c where c.visitor = i.visitor)
    and not exists (select from profile_items p where p.visitor = i.visitor and p.at >= now() - keep)
    and not exists (select from profile_shares s where s.visitor = i.visitor);
  delete from contests where at < now() - interval '7 days';
  return n;
end $$;
