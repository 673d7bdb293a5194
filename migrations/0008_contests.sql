-- A flag of a rule that somebody contests: the words, a few around them, and
-- never the whole offer. A counsellor upholds or overrides it, with a reason.
create table contests (
  id         text primary key,
  visitor    text not null,
  role       text not null check (role in ('seeker', 'recruiter', 'counsellor')),
  rule       text not null check (length(rule) between 1 and 64),
  title      text not null check (length(title) <= 200),  -- of the rule, as it was then
  severity   text not null check (severity in ('S1', 'S2', 'S3', 'S4')),
  version    text not null check (length(version) <= 64), -- of the rule set
  field      text not null check (field in ('title', 'text')),
  lead       text not null check (length(lead) <= 400),   -- what comes before the words
  words      text not null check (length(words) <= 1000),
  rest       text not null check (length(rest) <= 400),   -- and after
  contract   text not null default '' check (length(contract) <= 100),
  rome       text not null default '' check (length(rome) <= 16),
  reason     text not null default '' check (length(reason) <= 1100),
  state      text not null default 'open' check (state in ('open', 'upheld', 'overridden')),
  counsellor text,
  answer     text not null default '' check (length(answer) <= 1100),
  at         timestamptz not null default now(),
  decided_at timestamptz,
  check ((state = 'open') = (counsellor is null)),
  check ((state = 'open') = (answer = ''))
);
-- Asking twice about the same words gives the same ticket.
create unique index on contests (visitor, rule, md5(words)) where state = 'open';
create index on contests (visitor, at desc);
create index on contests (at) where state = 'open'; -- the counsellors' queue

-- What each rule was worth: counts, never words, and nobody's. They outlive the
-- contests they count, which are erased.
create table rule_figures (
  rule       text not null check (length(rule) between 1 and 64),
  version    text not null check (length(version) <= 64),
  matches    bigint not null default 0,
  contests   bigint not null default 0,
  upheld     bigint not null default 0,
  overridden bigint not null default 0,
  primary key (rule, version)
);

-- A contest is its visitor's to make, read and withdraw, not to decide. Any
-- counsellor reads all and decides one that is open, once, in their own name.
alter table contests enable row level security;
create policy mine on contests for select to tandem_app using (visitor = tandem_visitor());
create policy make on contests for insert to tandem_app with check (visitor = tandem_visitor() and state = 'open');
create policy withdraw on contests for delete to tandem_app using (visitor = tandem_visitor());
create policy desk on contests for select to tandem_app using (tandem_role() = 'counsellor');
create policy decide on contests for update to tandem_app
  using (tandem_role() = 'counsellor' and state = 'open')
  with check (tandem_role() = 'counsellor' and state <> 'open' and counsellor = tandem_visitor());
grant select, insert, delete, update (state, counsellor, answer, decided_at) on contests to tandem_app;

alter table rule_figures enable row level security;
create policy desk on rule_figures for select to tandem_app using (tandem_role() = 'counsellor');
grant select on rule_figures to tandem_app;

-- Counted by the table itself, so that no way of deciding goes uncounted.
create function contests_count() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into rule_figures as f (rule, version, contests, upheld, overridden)
    values (new.rule, new.version, (tg_op = 'INSERT')::int, (new.state = 'upheld')::int, (new.state = 'overridden')::int)
    on conflict (rule, version) do update set contests = f.contests + excluded.contests,
      upheld = f.upheld + excluded.upheld, overridden = f.overridden + excluded.overridden;
  return null;
end $$;
revoke all on function contests_count() from public;
create trigger made after insert on contests for each row execute function contests_count();
create trigger decided after update of state on contests for each row
  when (old.state = 'open' and new.state <> 'open') execute function contests_count();

-- Adds {"rule": matches, …} of one rule set. In one order, so that two nodes
-- cannot wait for each other.
create function tandem_count_matches(of_version text, counts jsonb) returns void
language sql security definer set search_path = public, pg_temp as $$
  insert into rule_figures as f (rule, version, matches)
    select key, of_version, value::bigint from jsonb_each_text(counts) order by key
    on conflict (rule, version) do update set matches = f.matches + excluded.matches
$$;
revoke all on function tandem_count_matches(text, jsonb) from public;
grant execute on function tandem_count_matches(text, jsonb) to tandem_app;

-- As before, and contests, decided or not, a week after they were made.
create or replace function tandem_forget(keep interval) returns int
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
  delete from contests where at < now() - interval '7 days';
  return n;
end $$;
