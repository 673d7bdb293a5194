-- What a counsellor lifted stays lifted where the same words come again: in the
-- same line, flagged by the same rule, for the same kind of contract and métier.
-- Kept is a digest of these, never a word, so that the publication chain learns
-- of the decision after the contest itself is erased.
alter table contests add column mention text not null default '' check (length(mention) <= 64);

create table lifted (
  mention    text primary key check (length(mention) = 64), -- SHA-256, in hexadecimal
  contest    text not null,                                 -- the decision, for whom it is asked about
  decided_at timestamptz not null
);

-- Nobody reads the table or writes it. A decision does, by trigger, and forgets
-- those of more than a year; a check asks about the mentions it knows.
alter table lifted enable row level security;

create function contests_lift() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  delete from lifted where mention = new.mention or decided_at < now() - interval '1 year';
  if new.state = 'overridden' then
    insert into lifted (mention, contest, decided_at) values (new.mention, new.id, now());
  end if;
  return null;
end $$;
revoke all on function contests_lift() from public;
create trigger lifts after update of state on contests for each row
  when (old.state = 'open' and new.state <> 'open' and new.mention <> '') execute function contests_lift();

create function tandem_lifted(mentions text[]) returns table (mention text, contest text, decided_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  select l.mention, l.contest, l.decided_at from lifted l where l.mention = any(mentions) and l.decided_at > now() - interval '1 year'
$$;
revoke all on function tandem_lifted(text[]) from public;
grant execute on function tandem_lifted(text[]) to tandem_app;
