-- Three roles for syncd on PostgreSQL, each with no more than it needs. As a superuser:
--
--   createdb syncd
--   psql -d syncd -f postgres-roles.sql
--   SYNCD_DATABASE__URL=postgresql://syncd_owner@/syncd syncd init
--   psql -d syncd -f postgres-roles.sql
--
-- The second time gives the reader what is there now; do it again after an upgrade. Then give each
-- role a way in: a line in pg_hba.conf, or \password syncd_service.
--
--   syncd_owner    makes and upgrades the tables: syncd init, after an upgrade too; syncd move,
--                  syncd restore. No process runs as it.
--   syncd_service  reads and writes rows and changes no table: syncd worker, syncd run, people.
--   syncd_reader   reads people, walks, days, targets and marks in SQL, for dashboards: no
--                  sign-in, no vendor's answer, no address of a notice.

DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['syncd_owner', 'syncd_service', 'syncd_reader'] LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = role) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', role);
        END IF;
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), role);
    END LOOP;
    EXECUTE format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC', current_database());
    -- The queue of the workers lives in a schema of its own, which the owner makes.
    EXECUTE format('GRANT CREATE ON DATABASE %I TO syncd_owner', current_database());
END $$;

-- Nobody else makes anything here.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO syncd_owner;
GRANT USAGE ON SCHEMA public TO syncd_service, syncd_reader;

-- What the owner will make, now and in later versions, the service may use.
ALTER DEFAULT PRIVILEGES FOR ROLE syncd_owner
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO syncd_service;
ALTER DEFAULT PRIVILEGES FOR ROLE syncd_owner GRANT USAGE, SELECT ON SEQUENCES TO syncd_service;
ALTER DEFAULT PRIVILEGES FOR ROLE syncd_owner GRANT USAGE ON SCHEMAS TO syncd_service;

-- The reader is given each table by name, so that a new one is not open by accident.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'person', 'person_zone', 'day', 'walk', 'days_v', 'walks_v', 'target', 'mark',
        'manual_walk', 'plan', 'plan_step', 'plan_hold', 'walk_ledger', 'day_revision'
    ] LOOP
        IF to_regclass('public.' || name) IS NOT NULL THEN
            EXECUTE format('GRANT SELECT ON public.%I TO syncd_reader', name);
        END IF;
    END LOOP;
END $$;
