-- An index by which each of N shards (--shard K/N) reads its own rows, by id, and passes over nobody else's. Without it
-- every shard goes through the whole index of the ids. Made by the owner of the table, once for each of the two:
--
--   psql -v shards=16 -v table=users -v id=id -f shard-index.sql "$OWNER_URL"
--
-- For another N it is of no use: then make a new one, and drop the old one after it.
--
-- The term is that of ids whose equal values are the same text: integers, uuid, date and time, text, varchar, char, bytea,
-- enums. Other ids, equal ones of which may be written differently (numeric, double precision, interval, jsonb, citext,
-- arrays, text with a nondeterministic collation), are split by their type's own hash function: for them write
-- pg_catalog.hash_numeric_extended(:"id", 0), or whatever pg_amproc has for the type (amprocnum 2 of its hash operator
-- family), in place of pg_catalog.hashtextextended(...).
CREATE INDEX CONCURRENTLY ON :"table" (
    (pg_catalog.mod(pg_catalog.mod(pg_catalog.hashtextextended(:"id"::pg_catalog.text COLLATE pg_catalog."C", 0), :shards)
                    OPERATOR(pg_catalog.+) :shards, :shards)),
    :"id"
);
