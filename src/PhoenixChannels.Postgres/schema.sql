-- What PhoenixChannels.Postgres keeps in the database, for a schema named phoenix_channels. It may be run again at any time.
CREATE SCHEMA IF NOT EXISTS phoenix_channels;

-- Messages that are too large for a notification, until every node has fetched them. What a crash of the server loses, nobody could have got any more.
CREATE UNLOGGED TABLE IF NOT EXISTS phoenix_channels.large_messages (
    id uuid PRIMARY KEY,
    envelope bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Messages that are published with a transaction. Nodes read what has been committed since they read last.
CREATE TABLE IF NOT EXISTS phoenix_channels.outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    stripe integer NOT NULL,
    envelope bytea NOT NULL
);
CREATE INDEX IF NOT EXISTS outbox_xid ON phoenix_channels.outbox (xid);

-- The order in which those transactions were committed.
CREATE TABLE IF NOT EXISTS phoenix_channels.commits (
    xid xid8 PRIMARY KEY,
    position bigint GENERATED ALWAYS AS IDENTITY,
    committed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Runs as the transaction commits. Topics are spread over stripes; of two transactions that publish to one stripe, the second waits here until the first has been committed, so that their
-- positions are in the order of their commits. All locks are taken in one order: nobody waits in a circle. It runs with the rights of the schema's owner: who publishes needs to insert into the outbox.
CREATE OR REPLACE FUNCTION phoenix_channels.number_commit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM phoenix_channels.commits WHERE xid = pg_current_xact_id()) THEN
        PERFORM pg_advisory_xact_lock('phoenix_channels.outbox'::regclass::oid::integer, NEW.stripe);
    ELSE
        PERFORM pg_advisory_xact_lock('phoenix_channels.outbox'::regclass::oid::integer, s.stripe)
        FROM (SELECT DISTINCT stripe FROM phoenix_channels.outbox WHERE xid = pg_current_xact_id() ORDER BY stripe) s;
        INSERT INTO phoenix_channels.commits (xid) VALUES (pg_current_xact_id());
    END IF;
    RETURN NULL;
END
$$;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = 'phoenix_channels.outbox'::regclass AND tgname = 'number_commit') THEN
        CREATE CONSTRAINT TRIGGER number_commit AFTER INSERT ON phoenix_channels.outbox
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION phoenix_channels.number_commit();
    END IF;
END
$$;
