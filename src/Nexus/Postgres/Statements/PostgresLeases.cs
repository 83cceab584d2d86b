using Nexus.Leases;
using Npgsql;
using NpgsqlTypes;

namespace Nexus.Postgres;

/// <summary>
/// The SQL of leases. Each call is one statement of its own, judged by the database's clock; clock_timestamp() rather than now(), so that a wait for
/// a lock does not lengthen a lease.
/// </summary>
/// <param name="reads">Runs the statements on the pool.</param>
/// <param name="schema">The schema, which is part of the lock's name: schemas of a database share the locks.</param>
internal sealed class PostgresLeases(PostgresReads reads, string schema) : ILeaseStore
{
    private const string TakeOne = """
        INSERT INTO nexus_leases AS l (name, holder, epoch, expires_at)
        VALUES ($1, $2, 1, clock_timestamp() + $3 * interval '1 microsecond')
        ON CONFLICT (name) DO UPDATE SET
            holder = excluded.holder, epoch = l.epoch + 1, taken_at = clock_timestamp(),
            expires_at = clock_timestamp() + $3 * interval '1 microsecond'
        WHERE l.expires_at <= clock_timestamp() AND pg_try_advisory_xact_lock(hashtextextended(concat('nexus_lease ', $4, ' ', $1), 0))
        RETURNING l.epoch, l.expires_at
        """;

    private const string RenewOne = """
        UPDATE nexus_leases l SET expires_at = clock_timestamp() + $4 * interval '1 microsecond'
        WHERE l.name = $1 AND l.holder = $2 AND l.epoch = $3 AND l.expires_at > clock_timestamp()
        RETURNING l.epoch, l.expires_at
        """;

    private const string ReleaseOne = """
        UPDATE nexus_leases l SET expires_at = clock_timestamp()
        WHERE l.name = $1 AND l.holder = $2 AND l.epoch = $3 AND l.expires_at > clock_timestamp()
        RETURNING l.epoch, l.expires_at
        """;

    private const string FindOne =
        "SELECT holder, epoch, taken_at, expires_at, expires_at > clock_timestamp() FROM nexus_leases WHERE name = $1";

    private const string IsHeldOne = """
        SELECT 1::bigint FROM nexus_leases
        WHERE name = $1 AND holder = $2 AND epoch = $3 AND expires_at > clock_timestamp()
        """;

    private readonly string _hold = $"SELECT {SqlIdentifier.Quote(schema)}.nexus_hold_lease($1, $2, $3, $4)";

    public async Task<Lease?> TakeAsync(string name, string holder, TimeSpan duration, CancellationToken cancellationToken) =>
        await reads.FirstAsync(
            new Query<Taken>(TakeOne, Read).Text(name).Text(holder).Long(Microseconds(duration)).Text(schema), cancellationToken)
            .ConfigureAwait(false) is { } taken
            ? new Lease(name, holder, taken.Epoch, duration, taken.ExpiresAt)
            : null;

    public async Task<Lease?> RenewAsync(Lease lease, CancellationToken cancellationToken) =>
        await reads.FirstAsync(
            new Query<Taken>(RenewOne, Read).Text(lease.Name).Text(lease.Holder).Long(lease.Epoch).Long(Microseconds(lease.Duration)),
            cancellationToken).ConfigureAwait(false) is { } taken
            ? lease with { ExpiresAt = taken.ExpiresAt }
            : null;

    public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken) =>
        reads.FirstAsync(new Query<Taken>(ReleaseOne, Read).Text(lease.Name).Text(lease.Holder).Long(lease.Epoch), cancellationToken);

    public async Task<bool> IsHeldAsync(Lease lease, CancellationToken cancellationToken) =>
        (await reads.ListAsync(
            new Query<long>(IsHeldOne, static row => row.GetInt64(0)).Text(lease.Name).Text(lease.Holder).Long(lease.Epoch), cancellationToken)
            .ConfigureAwait(false)).Count > 0;

    public async Task<bool> HoldAsync(Lease lease, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // The schema is a quoted name; values are parameters.
        var command = new NpgsqlCommand(_hold, transaction.Connection, transaction)
#pragma warning restore CA2100
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = lease.Name, NpgsqlDbType = NpgsqlDbType.Text },
                new NpgsqlParameter<long> { TypedValue = lease.Epoch, NpgsqlDbType = NpgsqlDbType.Bigint },
                new NpgsqlParameter<string> { TypedValue = lease.Holder, NpgsqlDbType = NpgsqlDbType.Text },
                new NpgsqlParameter<int> { TypedValue = (int)lease.Duration.TotalMilliseconds, NpgsqlDbType = NpgsqlDbType.Integer },
            },
        };
        await using var end = command.ConfigureAwait(false);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true;
    }

    public Task<LeaseStatus?> FindAsync(string name, CancellationToken cancellationToken) => reads.FirstAsync(
        new Query<LeaseStatus>(
            FindOne,
            row => new LeaseStatus(name, row.GetString(0), row.GetInt64(1), row.GetInstant(2), row.GetInstant(3), row.GetBoolean(4))).Text(name),
        cancellationToken);

    private static long Microseconds(TimeSpan duration) => duration.Ticks / TimeSpan.TicksPerMicrosecond;

    private static Taken Read(NpgsqlDataReader row) => new(row.GetInt64(0), row.GetInstant(1));

    private sealed record Taken(long Epoch, DateTimeOffset ExpiresAt);
}
