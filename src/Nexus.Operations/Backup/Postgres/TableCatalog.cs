using System.Diagnostics.CodeAnalysis;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Operations.Backup;

/// <summary>Lists what a dump of the database contains.</summary>
[SuppressMessage("Security", "CA2100", Justification = "SQL is made of constants and of quoted names.")]
internal static class TableCatalog
{
    // Tables and sequences of extensions are made by CREATE EXTENSION; a dump does not hold what is in them.
    private const string IsOfNoExtension = """
        NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e')
        """;

    private const string Tables = $"""
        SELECT c.oid, n.nspname::text, c.relname::text, pg_catalog.pg_table_size(c.oid), c.reltuples::double precision,
            ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum),
            ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
                AND a.atttypid IN ('pg_catalog.numeric'::pg_catalog.regtype, 'pg_catalog.int8'::pg_catalog.regtype,
                    'pg_catalog.int4'::pg_catalog.regtype, 'pg_catalog.int2'::pg_catalog.regtype) ORDER BY a.attnum),
            NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
                AND a.atttypid::pg_catalog.regtype::text <> ALL (ARRAY['boolean', 'smallint', 'integer', 'bigint', 'numeric', 'text',
                    'character varying', 'uuid', 'timestamp with time zone', 'timestamp without time zone', 'date', 'jsonb', 'bytea']))
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND c.relpersistence IN ('p', 'u')
            AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_toast%' AND n.nspname NOT LIKE 'pg\_temp%'
            AND {IsOfNoExtension}
        ORDER BY pg_catalog.pg_table_size(c.oid) DESC, n.nspname, c.relname
        """;

    private const string Sequences = $"""
        SELECT s.schemaname::text, s.sequencename::text, s.last_value, s.increment_by
        FROM pg_catalog.pg_sequences s JOIN pg_catalog.pg_namespace n ON n.nspname = s.schemaname
        JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = s.sequencename
        WHERE {IsOfNoExtension}
        ORDER BY 1, 2
        """;

    private const string Roles = """
        SELECT DISTINCT r.rolname::text FROM pg_catalog.pg_shdepend d JOIN pg_catalog.pg_roles r ON r.oid = d.refobjid
        WHERE d.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass
            AND ((SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) IN (d.dbid, CASE WHEN d.dbid = 0
                AND d.classid = 'pg_catalog.pg_database'::pg_catalog.regclass THEN d.objid END))
        ORDER BY 1
        """;

    // The columns of the provider depend on the version.
    private const string Properties = """
        SELECT pg_catalog.pg_encoding_to_char(d.encoding)::text, d.datcollate::text, d.datctype::text, pg_catalog.pg_get_userbyid(d.datdba)::text,
            coalesce(p.every ->> 'datlocprovider', ''), coalesce(p.every ->> 'datlocale', p.every ->> 'daticulocale', ''), d.datconnlimit,
            d.datacl IS NOT NULL
        FROM pg_catalog.pg_database d, LATERAL (SELECT pg_catalog.to_jsonb(d) AS every) p
        WHERE d.datname = pg_catalog.current_database()
        """;

    private const string DatabaseGrants = """
        SELECT r.rolname::text, a.privilege_type, a.is_grantable
        FROM pg_catalog.pg_database d CROSS JOIN LATERAL pg_catalog.aclexplode(d.datacl) a LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
        WHERE d.datname = pg_catalog.current_database() AND (a.grantee = 0 OR r.rolname IS NOT NULL)
        ORDER BY 1 NULLS FIRST, 2
        """;

    private const string DatabaseSettings = """
        SELECT r.rolname::text, s.setting FROM (SELECT setrole, pg_catalog.unnest(setconfig) AS setting, setdatabase
            FROM pg_catalog.pg_db_role_setting) s
        LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
        WHERE s.setdatabase = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
        ORDER BY 1 NULLS FIRST, 2
        """;

    // Texts that may hold a password or a command with one are left out.
    private const string ServerSettings = """
        SELECT name, setting FROM pg_catalog.pg_settings
        WHERE source = 'configuration file' AND name NOT IN ('primary_conninfo', 'archive_command', 'restore_command', 'ssl_passphrase_command')
            AND name NOT LIKE '%.%'
        ORDER BY name
        """;

    public static Task<List<SourceTable>> ReadTablesAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => ReadAsync(
        connection, Tables, reader => new SourceTable(
            reader.GetFieldValue<uint>(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3), reader.GetDouble(4),
            reader.GetFieldValue<string[]>(5), reader.GetFieldValue<string[]>(6), reader.GetBoolean(7)), cancellationToken);

    public static Task<List<SequenceContents>> ReadSequencesAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => ReadAsync(
        connection, Sequences,
        reader => new SequenceContents(reader.GetString(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetInt64(2), reader.GetInt64(3)),
        cancellationToken);

    public static Task<List<string>> ReadRolesAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        ReadAsync(connection, Roles, reader => reader.GetString(0), cancellationToken);

    public static async Task<DatabaseProperties> ReadPropertiesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var database = await ReadAsync(
            connection, Properties, reader => new DatabaseProperties(
                reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), [], new Dictionary<string, string>(),
                reader.GetString(4) is { Length: > 0 } provider ? provider : null, reader.GetString(5) is { Length: > 0 } locale ? locale : null,
                reader.GetInt32(6), reader.GetBoolean(7) ? [] : null),
            cancellationToken).ConfigureAwait(false);
        var grants = await ReadAsync(
            connection, DatabaseGrants,
            reader => new DatabaseGrant(reader.IsDBNull(0) ? null : reader.GetString(0), reader.GetString(1), reader.GetBoolean(2)),
            cancellationToken).ConfigureAwait(false);
        var settings = await ReadAsync(
            connection, DatabaseSettings, reader => (Role: reader.IsDBNull(0) ? null : reader.GetString(0), Text: reader.GetString(1)),
                cancellationToken)
            .ConfigureAwait(false);
        var server = await ReadAsync(connection, ServerSettings, reader => (reader.GetString(0), reader.IsDBNull(1) ? "" : reader.GetString(1)),
            cancellationToken).ConfigureAwait(false);
        return database[0] with
        {
            Settings = [.. settings.Select(setting => (setting.Role, Parts: setting.Text.Split('=', 2)))
                .Select(setting => new DatabaseSetting(setting.Role, setting.Parts[0], setting.Parts.Length > 1 ? setting.Parts[1] : ""))],
            ServerSettings = server.ToDictionary(setting => setting.Item1, setting => setting.Item2, StringComparer.Ordinal),
            Grants = database[0].Grants is null ? null : grants,
        };
    }

    /// <summary>Locks the tables against changes of their structure until the transaction ends, as pg_dump does a moment later.</summary>
    public static async Task LockAsync(NpgsqlConnection connection, IReadOnlyList<SourceTable> tables, CancellationToken cancellationToken)
    {
        const int most = 500;
        foreach (var chunk in tables.Chunk(most))
        {
            var names = string.Join(", ", chunk.Select(table => $"ONLY {QualifiedName(table.Schema, table.Name)}"));
            await DirectConnection.ExecuteAsync(connection, $"LOCK TABLE {names} IN ACCESS SHARE MODE", cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A name inside SQL text.</summary>
    public static string QualifiedName(string schema, string name) => $"{SqlIdentifier.Quote(schema)}.{SqlIdentifier.Quote(name)}";

    private static async Task<List<T>> ReadAsync<T>(
        NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> map, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, connection);
        await using var end = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var endOfReader = reader.ConfigureAwait(false);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) rows.Add(map(reader));
        return rows;
    }
}
