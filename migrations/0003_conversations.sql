-- A conversation (AG-UI thread) belongs to one visitor. Its events carry one
-- sequence that never restarts, so that a client may keep one cursor.
create table conversations (
  id         text primary key check (length(id) between 1 and 128),
  visitor    text not null,
  role       text not null check (role in ('seeker', 'recruiter', 'counsellor')),
  title      text not null default '',
  last_seq   bigint not null default 0,
  created_at timestamptz not null default now(),
  touched_at timestamptz not null default now(),
  human      boolean not null default false, -- a counsellor has joined: the assistant is silent
  -- What hangs on a conversation refers to both columns: a visitor can neither
  -- write into another's conversation nor learn from the error that it exists.
  unique (id, visitor)
);
create index on conversations (visitor, touched_at desc);
create index on conversations (touched_at);

-- A run is one question and all that answers it. Its id is the client's, so it
-- is unique per visitor only: nobody can occupy or probe another's.
-- turn counts continuations of the same id; digest recognises a frame sent twice.
create table runs (
  visitor      text not null,
  id           text not null check (length(id) between 1 and 128),
  turn         int not null default 1,
  conversation text not null,
  node         text not null,
  digest       text not null,
  state        text not null check (state in ('running', 'finished', 'failed', 'aborted')),
  started_at   timestamptz not null default now(),
  ended_at     timestamptz,
  receipt      jsonb,
  primary key (visitor, id),
  foreign key (conversation, visitor) references conversations (id, visitor) on delete cascade
);
create index on runs (conversation);
create index on runs (node) where state = 'running';

create table events (
  conversation text not null,
  seq          bigint not null,
  visitor      text not null,
  run          text not null,
  payload      jsonb not null,
  at           timestamptz not null default now(),
  primary key (conversation, seq),
  foreign key (conversation, visitor) references conversations (id, visitor) on delete cascade
);
create index on events (visitor, run, seq);

-- What the model is sent again: always valid, every call answered.
create table messages (
  conversation text not null,
  ordinal      bigint generated always as identity,
  visitor      text not null,
  run          text not null,
  role         text not null check (role in ('human', 'ai', 'tool')),
  content      jsonb not null,
  at           timestamptz not null default now(),
  primary key (conversation, ordinal),
  foreign key (conversation, visitor) references conversations (id, visitor) on delete cascade
);

do $$
declare t text;
begin
  foreach t in array array['conversations', 'runs', 'events', 'messages'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy own on %I to tandem_app using (visitor = tandem_visitor()) with check (visitor = tandem_visitor())', t);
    execute format('grant select, insert, update, delete on %I to tandem_app', t);
  end loop;
end $$;

-- Runs that a dead node left open are ended by the next one: a terminal event
-- each, so that no client waits for ever. Runs as the owner because it must see
-- across visitors; it returns a count and nothing else.
create function tandem_end_orphans(this_node text, alive text[]) returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare r record; n int := 0; s bigint;
begin
  for r in select * from runs where state = 'running' and (node = this_node or not node = any (alive)) for update loop
    update conversations set last_seq = last_seq + 1, touched_at = now() where id = r.conversation returning last_seq into s;
    insert into events (conversation, seq, visitor, run, payload) values (r.conversation, s, r.visitor, r.id,
      jsonb_build_object('type', 'RUN_ERROR', 'code', 'interrupted',
        'message', 'Le service a redémarré pendant cette réponse. Posez de nouveau la question.',
        'threadId', r.conversation, 'runId', r.id));
    update runs set state = 'failed', ended_at = now() where visitor = r.visitor and id = r.id;
    n := n + 1;
  end loop;
  return n;
end $$;

revoke all on function tandem_end_orphans(text, text[]) from public;
grant execute on function tandem_end_orphans(text, text[]) to tandem_app;
