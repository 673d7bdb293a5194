-- Text of a document, kept only while its conversation lives.
create table documents (
  id           text primary key,
  visitor      text not null,
  name         text not null,
  kind         text not null,
  text         text not null,
  pages        jsonb not null,
  at           timestamptz not null default now()
);
create index on documents (visitor, at desc);

-- What a person accepted or refused, by ROME code and the release it was true of.
create table profile_items (
  visitor      text not null,
  code         text not null,
  kind         text not null check (kind in ('metier', 'appellation', 'competence', 'savoir', 'savoir-etre')),
  label        text not null,
  status       text not null check (status in ('proposed', 'accepted', 'refused')),
  origin       text not null check (origin in ('document', 'person')),
  confidence   real,
  evidence     jsonb not null default '[]',
  rome_version text not null,
  position     int not null default 0,
  at           timestamptz not null default now(),
  primary key (visitor, code)
);

create table offers (
  id          text primary key check (length(id) between 1 and 64),
  agency      text not null default '',
  company     text not null default '',
  title       text not null,
  body        text not null,
  fields      jsonb not null default '{}', -- contract, rome, departement…: see tools/offers.Offer
  rome        text,
  contract    text,
  departement text,
  state       text not null default 'open' check (state in ('open', 'closed')),
  created_at  timestamptz not null default now(),
  verdict     jsonb,
  blocked     boolean not null default false,
  forecast    jsonb,
  probability real
);
create index on offers (agency, probability desc);
create index on offers (company);

create table handoffs (
  id           text primary key,
  visitor      text not null,
  conversation text not null,
  role         text not null,
  reason       text not null,
  state        text not null default 'requested' check (state in ('requested', 'accepted', 'ended')),
  counsellor   text,
  at           timestamptz not null default now(),
  foreign key (conversation, visitor) references conversations (id, visitor) on delete cascade
);
create index on handoffs (conversation);
create index on handoffs (at) where state <> 'ended'; -- the counsellors' queue

create table feedback (
  visitor      text not null,
  conversation text not null,
  message      text not null,
  score        int not null check (score in (-1, 1)),
  reasons      text[] not null default '{}',
  comment      text not null default '',
  at           timestamptz not null default now(),
  primary key (visitor, message),
  foreign key (conversation, visitor) references conversations (id, visitor) on delete cascade
);
create index on feedback (conversation);

-- Who did what, without contents. Written by the application, read by nobody through it.
create table audit (
  at      timestamptz not null default now(),
  visitor text not null,
  role    text not null,
  act     text not null,
  object  text not null default ''
);

do $$
declare t text;
begin
  foreach t in array array['documents', 'profile_items', 'feedback'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy own on %I to tandem_app using (visitor = tandem_visitor()) with check (visitor = tandem_visitor())', t);
    execute format('grant select, insert, update, delete on %I to tandem_app', t);
  end loop;
end $$;

-- An offer is seen by the recruiters of its company and the counsellors of its agency.
alter table offers enable row level security;
create policy company on offers to tandem_app
  using (tandem_role() = 'recruiter' and company <> '' and company = tandem_company())
  with check (tandem_role() = 'recruiter' and company <> '' and company = tandem_company());
create policy agency on offers to tandem_app
  using (tandem_role() = 'counsellor' and agency <> '' and agency = tandem_agency())
  with check (tandem_role() = 'counsellor' and agency <> '' and agency = tandem_agency());
grant select, insert, update, delete on offers to tandem_app;

-- A request is the visitor's; counsellors see that it waits and may take it, in
-- their own name. Nobody changes what was asked.
alter table handoffs enable row level security;
create policy own on handoffs to tandem_app using (visitor = tandem_visitor()) with check (visitor = tandem_visitor());
create policy desk on handoffs for select to tandem_app using (tandem_role() = 'counsellor');
create policy take on handoffs for update to tandem_app
  using (tandem_role() = 'counsellor' and (counsellor is null or counsellor = tandem_visitor()))
  with check (tandem_role() = 'counsellor' and counsellor = tandem_visitor());
grant select, insert, delete, update (state, counsellor) on handoffs to tandem_app;

alter table audit enable row level security;
create policy note on audit for insert to tandem_app with check (visitor = tandem_visitor());
grant insert on audit to tandem_app;

-- Default retention is none: what a visitor left idle for longer than keep is
-- erased, conversations with all that hangs on them, then documents and profile
-- of visitors who have no conversation any more. One that waits for a counsellor
-- or speaks with one is kept, a week at most. Returns how many conversations.
create function tandem_forget(keep interval) returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare n int;
begin
  delete from conversations c where touched_at < now() - keep
    and not exists (select from runs r where r.conversation = c.id and r.state = 'running')
    and not exists (select from handoffs h where h.conversation = c.id and h.state <> 'ended' and h.at > now() - interval '7 days');
  get diagnostics n = row_count;
  delete from documents d where at < now() - keep
    and not exists (select from conversations c where c.visitor = d.visitor);
  delete from profile_items p where at < now() - keep
    and not exists (select from conversations c where c.visitor = p.visitor);
  return n;
end $$;
revoke all on function tandem_forget(interval) from public;
grant execute on function tandem_forget(interval) to tandem_app;
