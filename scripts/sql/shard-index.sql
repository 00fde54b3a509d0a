-- Makes an index by which each of N shards (--shard K/N) reads only its own rows, by id. Without it every shard goes through
-- the whole index of the ids. The owner of the tables runs this once for each of the two:
--
--   psql -v shards=16 -v table=users -v id=id -f shard-index.sql "$OWNER_URL"
--
-- It does not serve another N: then make a new index, and drop the old one afterwards.
--
-- The expression is for ids whose equal values have the same text: integers, uuid, date and time, text, varchar, char, bytea,
-- enums. Other ids, equal ones of which may be written differently (numeric, double precision, interval, jsonb, citext,
-- arrays, text with a nondeterministic collation), are split by their type's own hash function. For them, write
-- pg_catalog.hash_numeric_extended(:"id", 0), or the function that pg_amproc has for the type (amprocnum 2 of its hash operator
-- family), instead of pg_catalog.hashtextextended(...).
CREATE INDEX CONCURRENTLY ON :"table" (
    (pg_catalog.mod(pg_catalog.mod(pg_catalog.hashtextextended(:"id"::pg_catalog.text COLLATE pg_catalog."C", 0), :shards)
                    OPERATOR(pg_catalog.+) :shards, :shards)),
    :"id"
);
