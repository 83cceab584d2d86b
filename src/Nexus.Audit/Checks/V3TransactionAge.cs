namespace Nexus.Audit;

/// <summary>How far databases are from running out of transaction ids: at two thousand million the server stops taking writes.</summary>
internal sealed class V3TransactionAge(Thresholds thresholds) : AuditCheck
{
    private const string Sql = """
        SELECT d.datname::text, pg_catalog.age(d.datfrozenxid)::bigint, pg_catalog.mxid_age(d.datminmxid)::bigint, d.datallowconn
            FROM pg_catalog.pg_database d ORDER BY 1
        """;

    private const string OldestSql = """
        SELECT n.nspname::text, c.relname::text, pg_catalog.pg_has_role(c.relowner, 'USAGE') FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'm') ORDER BY greatest(pg_catalog.age(c.relfrozenxid), pg_catalog.mxid_age(c.relminmxid)) DESC, 1, 2 LIMIT 3
        """;

    public V3TransactionAge()
        : this(new Thresholds(500e6, 1e9, 1.4e9))
    {
    }

    public override string Id => "V3";

    public override Bilingual Title { get; } = new("Transaction ids run out", "Se agotan los identificadores de transacción");

    public override Bilingual Positive { get; } =
        new("Transaction ids are far from running out", "Los identificadores de transacción están lejos de agotarse");

    public override Bilingual SeverityRule { get; } = new(
        "age of the oldest transaction or multixact: critical from 1,400 million, high from 1,000, medium from 500",
        "edad de la transacción o multixact más antigua: crítica desde 1.400 millones, alta desde 1.000, media desde 500");

    public override Bilingual FalsePositives { get; } = new(
        "none: autovacuum freezes from 200 million, so a larger age means that it does not succeed",
        "ninguno: autovacuum congela desde 200 millones, así que una edad mayor significa que no lo consigue");

    public override async Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var databases = await context.QueryAsync(Sql,
            row => (Name: row.GetText(0), Transactions: row.GetInt64(1), MultiXacts: row.GetInt64(2), AllowsConnections: row.GetBoolean(3)))
                .ConfigureAwait(false);
        var findings = new List<Finding>();
        foreach (var (name, transactions, multiXacts, _) in databases)
        {
            if (thresholds.Judge(Math.Max(transactions, multiXacts)) is not { } severity) continue;
            var oldest = name != context.Server.Database
                ? [] : await context.QueryAsync(OldestSql,
                    row => (Name: SafeSql.Name(row.GetText(0), row.GetText(1)), MayVacuum: row.GetBoolean(2))).ConfigureAwait(false);
            findings.Add(new Finding
            {
                Severity = severity,
                Confidence = AuditConfidence.Measured,
                Object = $"database {name}",
                Found = new(
                    $"the oldest transaction in {name} is {Math.Max(transactions, multiXacts)} transactions old; at about 2,000 million the server "
                    + "refuses writes",
                    $"la transacción más antigua de {name} tiene {Math.Max(transactions, multiXacts)} transacciones de edad; hacia los 2.000 "
                    + "millones el servidor rechaza escrituras"),
                Evidence =
                [
                    Evidence.Of("transactionAge", transactions, "age of the oldest transaction", "edad de la transacción más antigua"),
                    Evidence.Of("multiXactAge", multiXacts, "age of the oldest multixact", "edad del multixact más antiguo"),
                    .. oldest.Count == 0 ? [] : (Evidence[])[Evidence.Of("oldestTables", string.Join(", ", oldest.Select(table => table.Name)),
                        "oldest tables", "tablas más antiguas")],
                ],
                Fix = new Fix
                {
                    Advice = new(
                        "First remove what holds old snapshots (C4), then freeze the oldest tables at a quiet time; make sure that autovacuum is "
                        + "on (V5) and fast enough (autovacuum_vacuum_cost_limit).",
                        "Elimine primero lo que retiene instantáneas antiguas (C4) y después congele las tablas más antiguas en horas de poca "
                        + "actividad; compruebe que autovacuum está activo (V5) y es bastante rápido (autovacuum_vacuum_cost_limit)."),
                    Sql = oldest.Count > 0 ? [SafeSql.LockTimeout, .. oldest.Select(table => $"VACUUM (FREEZE) {table.Name}")] : [],
                    CanApply = oldest.Count > 0 && oldest.TrueForAll(table => table.MayVacuum),
                },
            });
        }
        return findings;
    }
}
