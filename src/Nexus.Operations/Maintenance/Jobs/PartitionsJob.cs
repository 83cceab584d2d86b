using System.Globalization;
using Nexus.Postgres;

namespace Nexus.Operations.Maintenance;

/// <summary>Creates the partitions of trades a year ahead, so that no trade waits for one and missing rights are seen long before.</summary>
internal sealed class PartitionsJob : IMaintenanceJob
{
    private const int MonthsAhead = 12;

    /// <summary>The months without a partition, by the first instant of each.</summary>
    private const string Missing = """
        SELECT m.first_day::text
        FROM (
            SELECT pg_catalog.date_trunc('month', pg_catalog.now() AT TIME ZONE 'UTC') + n * interval '1 month' AS first_day
            FROM pg_catalog.generate_series(0, $2::int) AS n) AS m
        WHERE NOT EXISTS (
            SELECT FROM pg_catalog.pg_inherits i
                JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
                JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
                JOIN pg_catalog.pg_namespace s ON s.oid = p.relnamespace
            WHERE s.nspname = $1 AND p.relname = 'trades'
                AND c.relname = (pg_catalog.concat('trades_', pg_catalog.to_char(m.first_day, 'YYYY_MM')))::name)
        ORDER BY m.first_day
        """;

    public string Name => "partitions";

    public string Purpose => "Create the partitions of trades for the next 12 months.";

    public TimeSpan Every => TimeSpan.FromHours(12);

    public bool IsOffPeak => false;

    public TimeSpan StatementTimeout => TimeSpan.FromMinutes(1);

    public bool IsFor(MaintenanceTarget target) => target.IsPostgres;

    public async Task<string?> RunAsync(MaintenanceRun run, CancellationToken cancellationToken)
    {
        var schema = run.Schema;
        var months = await run.Connection.RowsAsync(Missing, [schema, MonthsAhead], row => row.GetString(0), cancellationToken).ConfigureAwait(false);
        foreach (var month in months)
        {
            await run.ChangeAsync(
                $"SELECT {SqlIdentifier.Quote(schema)}.nexus_ensure_trade_partition('{month}+00'::timestamptz)", cancellationToken)
                .ConfigureAwait(false);
        }
        return months.Count == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{months.Count} months from {months[0][..7]} on");
    }
}
