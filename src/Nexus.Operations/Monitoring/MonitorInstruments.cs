using System.Diagnostics.Metrics;

namespace Nexus.Operations.Monitoring;

/// <summary>The instruments of the server: PostgreSQL's figures, the disk, the store's state.</summary>
internal static class MonitorInstruments
{
    /// <summary>
    /// Figures of PostgreSQL. The metrics of counters have no value before the first snapshot: a rate would take them for an increase.
    /// </summary>
    public static void AddPostgres(Meter meter, PostgresCollector collector, string database)
    {
        KeyValuePair<string, object?> datname = new("datname", database);
        meter.CreateObservableGauge(
            "pg_up", () => collector.IsUp ? 1 : 0, null, "1 if the last reading of PostgreSQL's figures succeeded, otherwise 0.");
        meter.CreateObservableGauge(
            "nexus.monitor.snapshot.age", () => collector.Age.TotalSeconds, "s",
            "Time since PostgreSQL's figures were read; they keep their last values.");
        meter.CreateObservableCounter("nexus.monitor.errors", () => collector.Errors, "{error}", "Failed readings of PostgreSQL's figures.");
        meter.CreateObservableGauge(
            "nexus.postgres.certificate.remaining", () => collector.CertificateRemaining?.TotalSeconds ?? double.PositiveInfinity, "s",
            "Time until the certificate of PostgreSQL ends; infinite without TLS.");
        for (var i = 0; i < PostgresFigures.All.Count; i++)
        {
            var (at, figure) = (i, PostgresFigures.All[i]);
            IEnumerable<Measurement<double>> Read() => collector.Snapshot is not { } snapshot ? []
                : figure.IsOfDatabase ? [new Measurement<double>(snapshot.Values[at], datname)] : [new Measurement<double>(snapshot.Values[at])];
            // Only what postgres_exporter lacks or names with _total is a counter: the exporter adds that suffix.
            if (figure.IsCounter && figure.Name is "pg_stat_database_sessions" or "pg_stat_database_active_time_seconds")
                meter.CreateObservableCounter(figure.Name, Read, figure.Unit, figure.Description);
            else meter.CreateObservableGauge(figure.Name, Read, figure.Unit, figure.Description);
        }
        Count("pg_stat_bgwriter_checkpoints_timed", "Checkpoints by time.", snapshot => snapshot.TimedCheckpoints);
        Count("pg_stat_bgwriter_checkpoints_req", "Checkpoints by WAL volume or request.", snapshot => snapshot.RequestedCheckpoints);
        ByName("pg_stat_activity_count", "state", "Client connections by state.", snapshot => snapshot.States);
        ByName("pg_locks_count", "mode", "Locks of the database by mode.", snapshot => snapshot.Locks);
        meter.CreateObservableGauge("pg_database_size_bytes",
            () => collector.Tables is { } tables ? [new Measurement<double>(tables.DatabaseSize, datname)] : (IEnumerable<Measurement<double>>)[],
            null, "Size of the database.");
        for (var i = 0; i < TableFigure.All.Count; i++)
        {
            var (at, figure) = (i, TableFigure.All[i]);
            meter.CreateObservableGauge(figure.Name, () => collector.Tables is not { } tables ? []
                : tables.Tables.Select(table => new Measurement<double>(table.Value[at], datname, new("relname", table.Key))), null,
                figure.Description);
        }

        void Count(string name, string description, Func<PostgresSnapshot, double> read) => meter.CreateObservableCounter(name,
            () => collector.Snapshot is { } snapshot ? [new Measurement<double>(read(snapshot))] : (IEnumerable<Measurement<double>>)[], null,
            description);

        void ByName(string name, string label, string description, Func<PostgresSnapshot, IReadOnlyDictionary<string, double>> read) =>
            meter.CreateObservableGauge(name, () => collector.Snapshot is not { } snapshot ? []
                : read(snapshot).Select(entry => new Measurement<double>(entry.Value, new KeyValuePair<string, object?>(label, entry.Key))), null,
                description);
    }

    /// <summary>What every store has.</summary>
    public static void AddStore(Meter meter, StoreMonitor store)
    {
        meter.CreateObservableGauge("nexus.store.up", () => store.IsUp ? 1 : 0, null, "1 if the store responds, otherwise 0.");
        meter.CreateObservableGauge("nexus.store.postgresql", () => store.UsesPostgres ? 1 : 0, null,
            "1 if the state is kept in PostgreSQL, 0 if in the embedded store.");
        meter.CreateObservableGauge(
            "nexus.store.concerns", store.ReadConcerns, null, "1 for each known problem of a store that responds, otherwise 0.");
        meter.CreateObservableGauge(
            "nexus.tasks.due", () => store.Tasks?.Due ?? 0, "{task}", "Tasks that are due and that no worker has, counted up to 10,000.");
        meter.CreateObservableGauge(
            "nexus.tasks.overdue", () => store.Tasks?.Overdue.TotalSeconds ?? 0, "s", "How long the first of the due tasks has waited for a worker.");
        meter.CreateObservableGauge("nexus.disk.free", () => store.Disk.Free, "By", "Bytes that the server may use on the disk of the data folder.");
        meter.CreateObservableGauge("nexus.disk.size", () => store.Disk.Size, "By", "Size of the disk of the data folder.");
    }
}
