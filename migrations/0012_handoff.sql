-- A counsellor takes a conversation over. What is passed on is what the person
-- was shown and agreed to: a summary, and the conversation from its beginning;
-- without consent neither, and only what is said once the counsellor is there.
alter table handoffs
  add summary text not null default '' check (length(summary) <= 4200),
  add consent boolean not null default false,
  add name    text not null default '' check (length(name) <= 60), -- of the counsellor, as the person is shown it
  add since   bigint not null default 0;                           -- the counsellor reads events after this one

-- Counsellors see who waits and what they have taken; not what others have.
-- Taking, speaking and ending go by the functions below, in one's own name.
drop policy desk on handoffs;
drop policy take on handoffs;
create policy desk on handoffs for select to tandem_app
  using (tandem_role() = 'counsellor' and (state = 'requested' or counsellor = tandem_visitor()));

create policy desk on events for select to tandem_app
  using (tandem_role() = 'counsellor' and exists (
    select from handoffs h where h.conversation = events.conversation and h.counsellor = tandem_visitor()
      and h.state = 'accepted' and events.seq > h.since));

-- Numbers events of a conversation after whatever is in it, as its own. Only
-- the functions below call it.
create function conversation_append(of text, payloads jsonb[]) returns bigint
language plpgsql set search_path = public, pg_temp as $$
declare last bigint; whose text;
begin
  update conversations set last_seq = last_seq + cardinality(payloads), touched_at = now()
    where id = of returning last_seq, visitor into last, whose;
  insert into events (conversation, seq, visitor, run, payload)
    select of, last - cardinality(payloads) + p.n, whose, '', p.payload from unnest(payloads) with ordinality as p (payload, n);
  return last;
end $$;
revoke all on function conversation_append(text, jsonb[]) from public;

-- Each returns the number of the last event, null when the ticket is not there
-- to be taken, or not the caller's.
create function tandem_desk_take(ticket text, as_name text, payloads jsonb[]) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare h handoffs; seen bigint;
begin
  if tandem_role() is distinct from 'counsellor' or tandem_visitor() is null then
    return null;
  end if;
  select * into h from handoffs where id = ticket and state = 'requested' for update;
  if not found then
    return null;
  end if;
  update conversations set human = true where id = h.conversation returning last_seq into seen;
  update handoffs set state = 'accepted', counsellor = tandem_visitor(), name = as_name, since = case when consent then 0 else seen end
    where id = ticket;
  insert into audit (visitor, role, act, object) values (tandem_visitor(), 'counsellor', 'handoff.accepted', ticket);
  return conversation_append(h.conversation, payloads);
end $$;

-- 0 when this message is there already: its author did not hear that it was.
create function tandem_desk_say(ticket text, message text, payloads jsonb[]) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare h handoffs;
begin
  select * into h from handoffs where id = ticket and state = 'accepted' and counsellor = tandem_visitor() for update;
  if not found then
    return null;
  end if;
  if exists (select from events where conversation = h.conversation and seq > h.since and run = '' and payload ->> 'messageId' = message) then
    return 0;
  end if;
  return conversation_append(h.conversation, payloads);
end $$;

create function tandem_desk_end(ticket text, payloads jsonb[]) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare of text;
begin
  update handoffs set state = 'ended' where id = ticket and state = 'accepted' and counsellor = tandem_visitor() returning conversation into of;
  if of is null then
    return null;
  end if;
  update conversations set human = false where id = of;
  insert into audit (visitor, role, act, object) values (tandem_visitor(), 'counsellor', 'handoff.ended', ticket);
  return conversation_append(of, payloads);
end $$;

-- The person agrees, later than they asked, to pass on what they are shown.
create function tandem_consent(ticket text, with_reason text, with_summary text) returns void
language sql security definer set search_path = public, pg_temp as $$
  update handoffs set consent = true, reason = with_reason, summary = with_summary
    where id = ticket and visitor = tandem_visitor() and state = 'requested'
$$;

do $$
declare f text;
begin
  foreach f in array array['tandem_desk_take(text, text, jsonb[])', 'tandem_desk_say(text, text, jsonb[])', 'tandem_desk_end(text, jsonb[])', 'tandem_consent(text, text, text)'] loop
    execute format('revoke all on function %s from public', f);
    execute format('grant execute on function %s to tandem_app', f);
  end loop;
end $$;
