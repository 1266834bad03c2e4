-- A key whose scopes cannot be read lets nobody in: who writes one is warned at once.
-- Additive and re-runnable; also applicable with psql.
--
-- A warning and not a CHECK: a CHECK runs on every UPDATE, also a `not valid` one, and would refuse to revoke exactly those
-- keys that were written before it.
set local lock_timeout = '5s';

create or replace function rowgate.warn_invalid_key() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if new.revoked_at is null
    and (array_ndims(new.scopes) > 1 or exists (select from unnest(new.scopes) as scope where scope is null))
  then
    raise warning 'the key % is refused: scopes must be a flat list without nulls', new.id
      using hint = format(
        'update rowgate.api_keys set scopes = ''{run:companies/**,read}'' where id = %L; "npm run keys -- list" shows what is wrong.',
        new.id);
  end if;
  return null;
end
$$;

create or replace trigger rowgate_warn_invalid_key
  after insert or update of scopes on rowgate.api_keys
  for each row execute function rowgate.warn_invalid_key();
