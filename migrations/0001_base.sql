-- Extensions, and the role the application works as. It owns nothing and
-- cannot bypass row-level security; migrations run as the owner.
create extension if not exists vector;
create extension if not exists unaccent;
create extension if not exists pg_trgm;

do $$
begin
  if not exists (select from pg_roles where rolname = 'tandem_app') then
    create role tandem_app login nosuperuser nobypassrls nocreatedb nocreaterole;
  end if;
exception when duplicate_object or unique_violation then
  null; -- another database of this cluster made it at the same moment
end $$;

grant usage on schema public to tandem_app;
revoke create on schema public from public; -- PostgreSQL 14 still lets everyone
do $$ begin
  execute format('grant tandem_app to %I', current_user); -- so that an owner connection can become it
exception when others then
  null; -- a superuser needs no grant
end $$;

-- Who asks. postgres.DB.As sets these for one transaction; outside of it they
-- are empty and every policy below refuses.
create function tandem_visitor() returns text stable language sql
  as $$ select nullif(current_setting('tandem.visitor', true), '') $$;
create function tandem_role() returns text stable language sql
  as $$ select nullif(current_setting('tandem.role', true), '') $$;
create function tandem_agency() returns text stable language sql
  as $$ select nullif(current_setting('tandem.agency', true), '') $$;
create function tandem_company() returns text stable language sql
  as $$ select nullif(current_setting('tandem.company', true), '') $$;
