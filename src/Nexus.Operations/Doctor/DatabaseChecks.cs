using Nexus.Postgres;
using Npgsql;

namespace Nexus.Operations.Doctor;

/// <summary>What only the PostgreSQL server knows: its clock, its limits, whether notices arrive, pending migrations.</summary>
internal sealed class DatabaseChecks(DoctorRun run, NexusOptions options, ShardChecks shards, TimeProvider clock)
{
    private static readonly TimeSpan NoticePatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SmallSkew = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan GreatSkew = TimeSpan.FromSeconds(30);

    /// <summary>What may run beside an instance: a backup, which uses two connections to read and one to supervise.</summary>
    private const int Beside = 3;

    private const string Clock = "SELECT pg_catalog.clock_timestamp()";
    private const string Listen = "LISTEN nexus_doctor";
    private const string Notify = "SELECT pg_catalog.pg_notify('nexus_doctor', $1)";

    private const string Limits = """
        SELECT pg_catalog.current_setting('max_connections')::int
             - pg_catalog.current_setting('superuser_reserved_connections')::int
             - coalesce(pg_catalog.current_setting('reserved_connections', true)::int, 0),
            (SELECT rolconnlimit FROM pg_catalog.pg_roles WHERE rolname = CURRENT_USER),
            (SELECT datconnlimit FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()),
            (SELECT pg_catalog.count(*)::int FROM pg_catalog.pg_stat_activity
                WHERE backend_type = 'client backend' AND usename IS DISTINCT FROM CURRENT_USER),
            pg_catalog.pg_is_in_recovery(),
            pg_catalog.current_setting('default_transaction_read_only') = 'on'
        """;

    /// <summary>The major version of the server, once it was asked.</summary>
    public int? ServerMajor { get; private set; }

    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var source = PostgresDataSource.Create(options.ForPostgres(), null, "doctor", ConnectionUse.One);
        await using (source.ConfigureAwait(false))
        {
            var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                ServerMajor = connection.PostgreSqlVersion.Major;
                run.Ok(DoctorChecks.Versions, $"PostgreSQL {connection.PostgreSqlVersion.ToString(2)}");
                await run.TryAsync(DoctorChecks.Clock, token => CheckClockAsync(connection, token), cancellationToken).ConfigureAwait(false);
                await run.TryAsync(DoctorChecks.Pool, token => CheckLimitsAsync(connection, token), cancellationToken).ConfigureAwait(false);
            }
            await run.TryAsync(DoctorChecks.Notices, CheckNoticesAsync, cancellationToken).ConfigureAwait(false);
            await run.TryAsync(DoctorChecks.Versions, CheckMigrationsAsync, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task CheckClockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var before = clock.GetUtcNow();
        var command = new NpgsqlCommand(Clock, connection);
        await using (command.ConfigureAwait(false))
        {
            var theirs = new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!);
            var after = clock.GetUtcNow();
            // The server looked at its clock between the two instants.
            var skew = theirs < before ? before - theirs : theirs > after ? theirs - after : TimeSpan.Zero;
            var direction = theirs < before ? "ahead of" : "behind";
            var message = $"the clock of this machine is {skew.TotalSeconds:0.0} s {direction} that of the database";
            const string Fix = "Let a time service set both clocks (systemd-timesyncd, chrony); `timedatectl` shows the state.";
            if (skew > GreatSkew) run.Problem(DoctorChecks.Clock, message, Fix);
            else if (skew > SmallSkew) run.Warning(DoctorChecks.Clock, message, Fix);
            else run.Ok(DoctorChecks.Clock, "the clocks of this machine and of the database agree");
        }
    }

    private async Task CheckLimitsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(Limits, connection);
        await using var end = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var close = reader.ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var (server, role, database, others) = (reader.GetInt32(0), reader.GetInt32(1), reader.GetInt32(2), reader.GetInt32(3));
        CheckWritable(reader.GetBoolean(4), reader.GetBoolean(5));
        var pool = await shards.PoolAtHomeAsync(PoolSize(), cancellationToken).ConfigureAwait(false);
        (int Limit, string Name)[] limits =
        [
            (role < 0 ? int.MaxValue : role, "the connection limit of the role (ALTER ROLE … CONNECTION LIMIT)"),
            (database < 0 ? int.MaxValue : database, "the connection limit of the database (ALTER DATABASE … CONNECTION LIMIT)"),
            (server, "max_connections of the server, without the reserved ones"),
        ];
        var least = limits.MinBy(limit => limit.Limit);
        const string Fix =
            "Lower database.maxPoolSize (--max-pool-size), raise the limit, or put a pooler in between. Each instance has a pool of its own.";
        if (pool > least.Limit)
            run.Problem(DoctorChecks.Pool, $"the pool may have {pool} connections, and {least.Name} allows {least.Limit}", Fix);
        else if (pool + others > server)
        {
            run.Warning(
                DoctorChecks.Pool, $"the pool may have {pool} connections, and other users have {others} of the {server} that the server allows",
                Fix);
        }
        else if (least.Limit - pool < Beside)
        {
            run.Warning(
                DoctorChecks.Pool, $"the pool may have {pool} of the {least.Limit} connections that {least.Name} allows, which leaves too few for a "
                    + "backup, a command or an instance that takes over", Fix);
        }
        else run.Ok(DoctorChecks.Pool, $"up to {pool} connections; {least.Name} allows {least.Limit}");
    }

    /// <summary>A size in the connection string takes precedence.</summary>
    private int PoolSize()
    {
        var settings = DatabaseUrl.Parse(options.Database);
        return settings.Keys.Contains("Maximum Pool Size", StringComparer.OrdinalIgnoreCase) ? settings.MaxPoolSize : options.MaxPoolSize;
    }

    private void CheckWritable(bool isStandby, bool isReadOnly)
    {
        if (isStandby)
        {
            run.Problem(
                DoctorChecks.Store, "the database is a standby, which refuses writes",
                "Name the primary in database.url (DATABASE_URL), or several hosts with target_session_attrs=read-write.");
        }
        else if (isReadOnly)
        {
            run.Problem(
                DoctorChecks.Store, "the database is read-only by default (default_transaction_read_only), so it refuses writes",
                "Turn it off: ALTER DATABASE … RESET default_transaction_read_only, or the same for the role or the server.");
        }
    }

    private async Task CheckNoticesAsync(CancellationToken cancellationToken)
    {
        var source = PostgresDataSource.Create(options.ForPostgres(), null, "doctor-notices", ConnectionUse.One);
        await using var end = source.ConfigureAwait(false);
        var probe = Guid.NewGuid().ToString("n");
        var listener = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var closeListener = listener.ConfigureAwait(false);
        var isHeard = false;
        listener.Notification += (_, notice) => isHeard |= notice.Payload == probe;
        var listen = new NpgsqlCommand(Listen, listener);
        await using (listen.ConfigureAwait(false)) await listen.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        var sources = PostgresDataSource.Create(options.ForPostgres(), null, "doctor-sender", ConnectionUse.One);
        await using (sources.ConfigureAwait(false))
        {
            var sender = await sources.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using (sender.ConfigureAwait(false))
            {
                var notify = new NpgsqlCommand(Notify, sender) { Parameters = { new NpgsqlParameter { Value = probe } } };
                await using (notify.ConfigureAwait(false)) await notify.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        var started = clock.GetTimestamp();
        while (!isHeard && clock.GetElapsedTime(started) < NoticePatience)
            await listener.WaitAsync(NoticePatience, cancellationToken).ConfigureAwait(false);
        if (isHeard) run.Ok(DoctorChecks.Notices, "change notices arrive");
        else
        {
            run.Problem(
                DoctorChecks.Notices, "change notices do not arrive: a pooler in transaction mode stands in between",
                "Name the server's own address in database.direct (NEXUS_DIRECT_URL), or as listen=HOST:PORT in database.url (DATABASE_URL), or use "
                    + "session pooling. Until then every read asks the database.");
        }
    }

    private async Task CheckMigrationsAsync(CancellationToken cancellationToken)
    {
        var source = PostgresDataSource.Create(options.ForPostgres(), null, "doctor-schema", ConnectionUse.Sessions);
        await using var end = source.ConfigureAwait(false);
        var pending = await new PostgresMigrator(source, options.Schema).PlanAsync(cancellationToken).ConfigureAwait(false);
        if (pending.Count == 0)
        {
            run.Ok(DoctorChecks.Versions, "the schema is up to date");
            await run.TryAsync(DoctorChecks.Store, CheckTablesAsync, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            run.Warning(
                DoctorChecks.Versions, $"{pending.Count} migrations of the schema are pending",
                "Run nexus migrate, or start nexus serve, which applies them unless database.migrate is false.");
        }
    }

    private async Task CheckTablesAsync(CancellationToken cancellationToken)
    {
        var source = PostgresDataSource.Create(options.ForPostgres(), null, "doctor-tables", ConnectionUse.One);
        await using var end = source.ConfigureAwait(false);
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var close = connection.ConfigureAwait(false);
        await new TableChecks(run, options.Schema).CheckAsync(connection, cancellationToken).ConfigureAwait(false);
        var isSharded = shards.Found.Count > 0;
        var home = new SchemaChecks(run, options.Schema, isSharded ? $"schema {options.Schema} of shard 0" : $"schema {options.Schema}", isSharded);
        await run.TryAsync(DoctorChecks.Schema, token => home.CheckAsync(connection, token), cancellationToken).ConfigureAwait(false);
        if (isSharded) await run.TryAsync(DoctorChecks.Schema, shards.CheckSchemasAsync, cancellationToken).ConfigureAwait(false);
    }
}
