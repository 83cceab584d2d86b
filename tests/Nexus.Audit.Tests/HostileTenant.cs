using Nexus.TestKit;

namespace Nexus.Audit.Tests;

/// <summary>
/// A tenant of a server who plants code wherever a table can carry it. Each piece of it says in the server's log that it ran, and in whose session:
/// the log takes part in no transaction.
/// </summary>
internal static class HostileTenant
{
    /// <summary>A server whose log names sessions, and where nothing but the tests analyses the tables.</summary>
    public static Task<PostgresCluster> StartClusterAsync() => PostgresCluster.StartAsync(new PostgresClusterOptions
    {
        Settings = new Dictionary<string, string>(AuditCase.Settings) { ["log_line_prefix"] = "%a|%u|", ["autovacuum"] = "off" },
    });

    /// <summary>Tables to which code is attached that planning or analysing them would run; they are skipped, with the reason.</summary>
    public static IReadOnlyDictionary<string, string> Attached { get; } = new Dictionary<string, string>
    {
        ["index_predicate"] = "CREATE INDEX ON {0} (id) WHERE evil.run('index predicate')",
        ["index_expression"] = "CREATE INDEX ON {0} ((evil.f('index expression') || email))",
        ["inlined"] = "CREATE INDEX ON {0} ((evil.g('inlined') || email))",
        ["statistics"] = "CREATE STATISTICS evil.planted ON (evil.f('statistics') || email), id FROM {0}; ANALYZE {0}",
        ["checked"] = "ALTER TABLE {0} ADD CHECK (evil.run('check') AND id > 0)",
        ["generated"] = "ALTER TABLE {0} ADD COLUMN made text GENERATED ALWAYS AS (evil.f(email)) STORED",
        ["operator"] = "CREATE INDEX ON {0} (id) WHERE 'operator'::text OPERATOR(evil.===) 'operator'::text",
        ["excluded"] = "ALTER TABLE {0} ADD EXCLUDE USING btree (id WITH =) WHERE (evil.run('exclusion'))",
        ["member"] = "CREATE INDEX ON {0} ((evil.member('extension member') || email))",
        ["casted"] = "CREATE INDEX ON {0} ((evil.comp_text(ROW('cast')::evil.comp) || email))",
        ["domain_cast"] = "CREATE INDEX ON {0} (('domain cast'::evil.text))",
        ["searched"] = "CREATE INDEX ON {0} USING gin (to_tsvector('evil.cfg'::regconfig, email))",
    };

    /// <summary>Tables whose code nothing that reads them runs, or that are read around it.</summary>
    private static readonly Dictionary<string, string> Beside = new()
    {
        ["defaulted"] = "ALTER TABLE {0} ALTER email SET DEFAULT evil.f('default')",
        ["triggered"] = "CREATE TRIGGER planted BEFORE INSERT OR UPDATE ON {0} FOR EACH ROW EXECUTE FUNCTION evil.trap()",
        ["ruled"] = "CREATE RULE planted AS ON INSERT TO {0} DO ALSO SELECT evil.f('rule')",
        ["domain_column"] = "ALTER TABLE {0} ADD COLUMN token evil.text DEFAULT 'x'",
        ["ranged"] =
            "ALTER TABLE {0} ADD COLUMN span evil.span; UPDATE {0} SET span = evil.span(id, id + 1); CREATE INDEX ON {0} USING gist (span); "
            + "ANALYZE {0}",
        ["composite"] = "ALTER TABLE {0} ADD COLUMN document evil.jsonb",
        ["protected"] = "CREATE POLICY planted ON {0} USING (evil.run('policy')); ALTER TABLE {0} ENABLE ROW LEVEL SECURITY",
        ["inherited"] = "CREATE TABLE evil.heir () INHERITS ({0}); CREATE INDEX ON evil.heir (id) WHERE evil.run('child')",
        ["clean"] = "CREATE INDEX ON {0} (id)",
    };

    private const string Table = "CREATE TABLE {0} (id int, email text, api_secret text, config jsonb)";

    private const string Rows = "INSERT INTO {0} SELECT * FROM evil.seed";

    private static string Functions(string key) => $$"""
        CREATE FUNCTION evil.run(route text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$ BEGIN RAISE LOG 'EXECUTED %',
            route; RETURN true; END $$;
        CREATE FUNCTION evil.f(route text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$ BEGIN RAISE LOG 'EXECUTED %',
            route; RETURN route; END $$;
        CREATE FUNCTION evil.g(route text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT evil.f(route)';
        CREATE FUNCTION evil.h4(route text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT evil.f(route)';
        CREATE FUNCTION evil.h$5(route text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT evil.f(route)';
        CREATE FUNCTION evil."a""b"(route text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT evil.f(route)';
        CREATE FUNCTION evil.trap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE LOG 'EXECUTED trigger'; RETURN NEW; END $$;
        CREATE FUNCTION evil.same(a text,
            b text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE LOG 'EXECUTED operator'; RETURN a = b; END $$;
        CREATE OPERATOR evil.=== (FUNCTION = evil.same, LEFTARG = text, RIGHTARG = text);
        CREATE FUNCTION evil.diff(a float8,
            b float8) RETURNS float8 LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE LOG 'EXECUTED subtype_diff'; RETURN a - b; END $$;
        CREATE TYPE evil.span AS RANGE (subtype = float8, subtype_diff = evil.diff, multirange_type_name = evil.spans);
        CREATE DOMAIN evil.text AS pg_catalog.text CHECK (evil.run('domain'));
        CREATE TYPE evil.jsonb AS (a pg_catalog.text);
        CREATE TYPE evil.comp AS (a pg_catalog.text);
        CREATE FUNCTION evil.comp_text(v evil.comp) RETURNS pg_catalog.text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE LOG 'EXECUTED cast'; RETURN
            (v).a; END $$;
        CREATE CAST (evil.comp AS pg_catalog.text) WITH FUNCTION evil.comp_text(evil.comp) AS IMPLICIT;
        CREATE TEXT SEARCH CONFIGURATION evil.cfg (COPY = pg_catalog.simple);
        CREATE EXTENSION citext SCHEMA evil;
        CREATE FUNCTION evil.member(route text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT evil.f(route)';
        ALTER EXTENSION citext ADD FUNCTION evil.member(text);
        CREATE VIEW evil.orders AS SELECT i AS id, evil.f('view') AS email FROM generate_series(1, 20000) i;
        CREATE TABLE evil.seed AS SELECT i AS id, 'u' || i AS email, '{{key}}' AS api_secret,
            jsonb_build_object('mode', 'm' || i, 'leverage', i, 'on', true, 'note', 'n') AS config FROM generate_series(1, 300) i;
        CREATE TABLE evil.big (id int, email text, config jsonb);
        INSERT INTO evil.big SELECT i, 'u' || i, jsonb_build_object('mode', 'm' || i) FROM generate_series(1, 12000) i;
        ANALYZE evil.big;
        """;

    /// <summary>Names that the audit or the driver might use without a schema, for a search_path that the database presets.</summary>
    private const string Shadows = """
        CREATE FUNCTION {0}.version() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE LOG 'EXECUTED version'; RETURN 'PostgreSQL 15.0'; END $$;
        CREATE FUNCTION {0}.lower(text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE LOG 'EXECUTED lower'; RETURN $1; END $$;
        CREATE FUNCTION {0}.count(bigint) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RAISE LOG 'EXECUTED count'; RETURN 1; END $$;
        CREATE FUNCTION {0}.name_eq(name, name) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE LOG 'EXECUTED ='; RETURN true; END $$;
        CREATE OPERATOR {0}.= (FUNCTION = {0}.name_eq, LEFTARG = name, RIGHTARG = name);
        CREATE FUNCTION {0}.oid_eq(oid, oid) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE LOG 'EXECUTED ='; RETURN true; END $$;
        CREATE OPERATOR {0}.= (FUNCTION = {0}.oid_eq, LEFTARG = oid, RIGHTARG = oid);
        CREATE VIEW {0}.pg_type AS SELECT oid, typname, evil.f('pg_type') AS typnamespace FROM pg_catalog.pg_type;
        CREATE VIEW {0}.pg_class AS SELECT oid, relname, evil.f('pg_class') AS relnamespace FROM pg_catalog.pg_class;
        CREATE VIEW {0}.pg_namespace AS SELECT oid, evil.f('pg_namespace') AS nspname FROM pg_catalog.pg_namespace;
        """;

    /// <summary>What the tenant's application runs, for pg_stat_statements to remember; the last two are honest.</summary>
    private static readonly string[] Statements =
    [
        "SELECT count(*) FROM evil.big WHERE email = evil.h4/**/('statement')",
        "SELECT count(*) FROM evil.big WHERE email = evil.h$5('statement')",
        "SELECT count(*) FROM evil.big WHERE email = evil.\"a\"\"b\"('statement')",
        "SELECT count(*) FROM evil.big WHERE email = ('statement'::evil.text)::pg_catalog.text",
        "SELECT count(*) FROM evil.big WHERE email = ROW('statement')::evil.comp::pg_catalog.text",
        "SELECT count(*) FROM evil.big WHERE email OPERATOR(evil.===) 'statement' AND id = 7",
        "SELECT count(*) FROM evil.big b WHERE EXISTS (SELECT FROM evil.big o WHERE o.email = evil.g('statement'))",
        "SELECT count(*) FROM evil.big WHERE config ->> 'mode' = evil.f('statement')",
        "SELECT count(*) FROM evil.orders WHERE email = 'statement'",
        "SELECT count(*) FROM evil.index_predicate WHERE email = 'statement' AND config ->> 'mode' = 'm1'",
        "SELECT count(*) FROM evil.big WHERE email = 'u7'",
        "SELECT count(*) FROM evil.big WHERE config ->> 'mode' = 'm7'",
    ];

    /// <summary>Plants everything in a database, as a tenant who owns a schema and nothing else.</summary>
    /// <param name="audited">The database.</param>
    /// <param name="foreignPort">Where the server of a foreign partition listens.</param>
    /// <returns>The tenant's role.</returns>
    public static async Task<string> PlantAsync(AuditCase audited, int foreignPort)
    {
        var tenant = await audited.CreateRoleAsync($"GRANT CREATE ON DATABASE {audited.Database.Name} TO {{0}}",
            "GRANT CREATE ON SCHEMA public TO {0}", "CREATE SCHEMA evil AUTHORIZATION {0}", "GRANT pg_read_all_stats TO {0}");
        await audited.Database.ExecuteAsync($"CREATE EXTENSION postgres_fdw; GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO {tenant}");
        await using var connection = await audited.ConnectAsync("planting", tenant);
        var key = string.Concat(Enumerable.Range(0, 64).Select(i => "aZ3kQ9xR7b"[i * 7 % 10]));
        await AuditCase.ExecuteAsync(connection, Functions(key));
        foreach (var (name, plant) in Attached.Concat(Beside))
        {
            await AuditCase.ExecuteAsync(connection, Table.Replace("{0}", $"evil.{name}", StringComparison.Ordinal));
            await AuditCase.ExecuteAsync(connection, Rows.Replace("{0}", $"evil.{name}", StringComparison.Ordinal));
            await AuditCase.ExecuteAsync(connection, plant.Replace("{0}", $"evil.{name}", StringComparison.Ordinal));
        }
        await AuditCase.ExecuteAsync(connection, $"""
            CREATE TABLE evil.partitioned (id int, email text, api_secret text, config jsonb) PARTITION BY LIST ((evil.f(email)));
            CREATE TABLE evil.partitioned_rest PARTITION OF evil.partitioned DEFAULT;
            INSERT INTO evil.partitioned SELECT * FROM evil.seed;
            CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '{foreignPort}', dbname 'x');
            CREATE USER MAPPING FOR PUBLIC SERVER elsewhere OPTIONS (user 'x', password 'x');
            CREATE TABLE evil.spread (id int, email text, api_secret text, config jsonb) PARTITION BY LIST (id);
            CREATE TABLE evil.spread_here PARTITION OF evil.spread DEFAULT;
            INSERT INTO evil.spread SELECT * FROM evil.seed;
            CREATE FOREIGN TABLE evil.spread_far PARTITION OF evil.spread FOR VALUES IN (-1) SERVER elsewhere;
            CREATE FOREIGN TABLE evil.far (id int, api_secret text) SERVER elsewhere;
            """);
        foreach (var statement in Statements) for (var i = 0; i < 3; i++) await AuditCase.ExecuteAsync(connection, statement);
        await AuditCase.ExecuteAsync(connection, Shadows.Replace("{0}", "public", StringComparison.Ordinal));
        await AuditCase.ExecuteAsync(connection, Shadows.Replace("{0}", "evil", StringComparison.Ordinal));
        return tenant;
    }

    /// <summary>What ran in sessions of the audit, from the server's log.</summary>
    public static IEnumerable<string> Ran(PostgresCluster cluster, string application = "nexus audit") => cluster.Log.Split('\n')
        .Where(line => line.StartsWith(application, StringComparison.Ordinal) && line.Contains("LOG:  EXECUTED", StringComparison.Ordinal))
        .Distinct();
}
