-- Comments that say plainly what a table or a column is. Additive and re-runnable; also applicable with psql.
set local lock_timeout = '5s';

comment on table rowgate.api_keys is
  'API keys and what each may do. Of a key itself, only its SHA-256 hash is stored. Written by "npm run keys".';
