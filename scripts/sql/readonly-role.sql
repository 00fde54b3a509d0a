-- Makes the role that stellar-sync logs in as. The role may read the columns that the program compares and nothing else, and
-- it can write nothing. Run this as the database's owner (who may make roles) or a superuser, in the application's database,
-- with psql 15 or later, and again after a change of the schema. It is one transaction: if a statement fails, nothing is
-- changed.
--
--     export STELLAR_SYNC_PASSWORD=...        (if unset, the role's password does not change)
--     psql -X -v role=stellar_sync -v schema=public -f readonly-role.sql 'postgresql://owner@db/app'
--
-- This role may also do what PUBLIC may do. So the rights that write are revoked from PUBLIC and granted by name to every
-- other role that exists. Those roles lose nothing; a role that is made later does not get the rights. They are: temporary
-- tables, new objects in the schema, functions that run as their owner (SECURITY DEFINER), large objects, and messages to
-- readers of logical decoding (the last two need a superuser; otherwise a warning says so).
--
-- No role can be kept from its own password and settings (ALTER ROLE CURRENT_USER), from NOTIFY, and from what PUBLIC may do
-- in the server's other databases (pg_hba.conf can close those).
--
-- If SYNC_MARKETS_SQL, SYNC_USERS_SQL or SYNC_WATERMARK_SQL read something that is not granted here, grant SELECT on it.
\set ON_ERROR_STOP on
\set QUIET on
\if :{?role} \else \set role stellar_sync \endif
\if :{?schema} \else \set schema public \endif
\getenv password STELLAR_SYNC_PASSWORD
BEGIN;
SET LOCAL client_min_messages = warning;

SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') AS is_new \gset
\if :is_new
    CREATE ROLE :"role" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOINHERIT;
\endif
\if :{?password}
    -- The server hashes it. A server that logs statements logs this one, too, unless a superuser turns that off.
    SELECT current_setting('is_superuser') = 'on' AS is_superuser \gset
    \if :is_superuser
        SET LOCAL log_min_duration_statement = -1;
        SET LOCAL log_statement = 'none';
    \endif
    ALTER ROLE :"role" PASSWORD :'password';
\endif
-- The program requests this itself, in every transaction.
ALTER ROLE :"role" SET default_transaction_read_only = on;

SELECT set_config('readonly.role', :'role', true), set_config('readonly.schema', :'schema', true) \g /dev/null

DO $$
DECLARE
    target constant text := current_setting('readonly.role');
    place constant text := current_setting('readonly.schema');
    wanted text[];
    spelling text[];
    missing text;
    other record;
    object record;
BEGIN
    IF to_regnamespace(quote_ident(place)) IS NULL THEN
        RAISE EXCEPTION 'there is no schema % in the database %', place, current_database();
    END IF;
    -- Revokes everything that it was granted before and is not granted below.
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %I', place, target);
    EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA %I FROM %I', place, target);
    EXECUTE format('REVOKE ALL ON SCHEMA %I FROM %I', place, target);
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM %I', current_database(), target);

    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), target);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', place, target);

    -- Both names that Prisma gives to the two models and to each column. A + marks an optional column.
    FOREACH spelling SLICE 1 IN ARRAY ARRAY[
        ['markets', 'Market', 'id,contract_address,title,status,yes_liquidity,no_liquidity,winning_outcome,+market_id'],
        ['users', 'User', 'id,wallet_address,usdc_balance']
    ] LOOP
        wanted := string_to_array(spelling[3], ',');
        IF to_regclass(format('%I.%I', place, spelling[1])) IS NULL THEN
            spelling[1] := spelling[2];
        END IF;
        IF to_regclass(format('%I.%I', place, spelling[1])) IS NULL THEN
            RAISE EXCEPTION 'there is no table % or % in the schema %', lower(spelling[2]) || 's',
                quote_ident(spelling[2]), place;
        END IF;
        -- yes_liquidity, or yesLiquidity
        SELECT array_agg(attname), string_agg(plain, ', ') FILTER (WHERE attname IS NULL AND plain = name)
          INTO wanted, missing
          FROM unnest(wanted) AS names (name)
         CROSS JOIN LATERAL ltrim(name, '+') AS plain
          LEFT JOIN pg_attribute ON attrelid = to_regclass(format('%I.%I', place, spelling[1])) AND attnum > 0
               AND NOT attisdropped
               AND attname IN (plain, left(plain, 1) || substr(replace(initcap(plain), '_', ''), 2));
        IF missing IS NOT NULL THEN
            RAISE EXCEPTION 'the table % has no column %', spelling[1], missing;
        END IF;
        EXECUTE format('GRANT SELECT (%s) ON %I.%I TO %I',
            (SELECT string_agg(quote_ident(name), ', ') FROM unnest(wanted) AS names (name) WHERE name IS NOT NULL), place, spelling[1],
            target);
    END LOOP;

    FOR object IN
        SELECT 'TEMPORARY' AS privilege, 'DATABASE' AS kind, quote_ident(current_database()) AS name
         WHERE has_database_privilege(target, current_database(), 'TEMPORARY')
         UNION ALL
        SELECT 'CREATE', 'SCHEMA', quote_ident(nspname) FROM pg_namespace
         WHERE nspname !~ '^pg_' AND has_schema_privilege(target, oid, 'CREATE')
         UNION ALL
        SELECT 'EXECUTE', CASE WHEN prokind = 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, p.oid::regprocedure::text
          FROM pg_proc AS p
         WHERE has_function_privilege(target, p.oid, 'EXECUTE')
           AND (prosecdef AND pronamespace <> 'pg_catalog'::regnamespace
                OR pronamespace = 'pg_catalog'::regnamespace AND current_setting('is_superuser') = 'on'
                   AND proname IN ('lo_creat', 'lo_create', 'lo_from_bytea', 'lo_put', 'lowrite', 'lo_truncate',
                                   'lo_truncate64', 'lo_unlink', 'pg_logical_emit_message'))
    LOOP
        FOR other IN SELECT rolname FROM pg_roles
                      WHERE rolname <> target AND rolname !~ '^pg_' AND NOT rolsuper LOOP
            EXECUTE format('GRANT %s ON %s %s TO %I', object.privilege, object.kind, object.name, other.rolname);
        END LOOP;
        EXECUTE format('REVOKE %s ON %s %s FROM PUBLIC', object.privilege, object.kind, object.name);
    END LOOP;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE EXCEPTION '% (run this as the database''s owner or a superuser)', SQLERRM;
END $$;

-- However it got the right: by membership, by another grant, or as an owner.
DO $$
DECLARE
    target constant text := current_setting('readonly.role');
    excess text;
BEGIN
    SELECT string_agg(what, ', ') INTO excess FROM (
        SELECT 'is a superuser' FROM pg_roles WHERE rolname = target AND rolsuper
         UNION ALL
        SELECT 'may make databases or roles' FROM pg_roles WHERE rolname = target AND (rolcreatedb OR rolcreaterole)
         UNION ALL
        SELECT 'is a member of ' || roleid::regrole FROM pg_auth_members WHERE member = target::regrole
         UNION ALL
        SELECT 'may make temporary tables' WHERE has_database_privilege(target, current_database(), 'TEMPORARY')
         UNION ALL
        SELECT 'may make schemas' WHERE has_database_privilege(target, current_database(), 'CREATE')
         UNION ALL
        SELECT 'may make objects in ' || nspname FROM pg_namespace
         WHERE nspname !~ '^pg_' AND has_schema_privilege(target, oid, 'CREATE')
         UNION ALL
        SELECT 'may write ' || c.oid::regclass FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace
         WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND relkind IN ('r', 'p', 'v', 'm', 'f')
           AND (has_table_privilege(target, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
                OR has_any_column_privilege(target, c.oid, 'INSERT, UPDATE, REFERENCES'))
         UNION ALL
        SELECT 'may advance ' || oid::regclass FROM pg_class
         WHERE CASE relkind WHEN 'S' THEN has_sequence_privilege(target, oid, 'USAGE, UPDATE') ELSE false END
         UNION ALL
        SELECT 'may run as its owner ' || oid::regprocedure FROM pg_proc
         WHERE prosecdef AND pronamespace <> 'pg_catalog'::regnamespace
           AND has_function_privilege(target, oid, 'EXECUTE')
    ) AS rights (what);
    IF excess IS NOT NULL THEN
        RAISE EXCEPTION 'the role % can still write: it %; take that from it and run this again', target, excess;
    END IF;
    IF has_function_privilege(target, 'lo_create(oid)', 'EXECUTE') THEN
        RAISE WARNING 'everybody may make large objects and emit logical messages here, % too; only a superuser can take '
            'that away', target;
    END IF;
END $$;
COMMIT;
\echo :role may read what stellar-sync compares, and write nothing
