namespace Nexus.Audit;

/// <summary>Autovacuum switched off, for the server or for a table.</summary>
internal sealed class V5AutovacuumOff : AuditCheck
{
    public override string Id => "V5";

    public override Bilingual Title { get; } = new("Autovacuum is off", "Autovacuum está desactivado");

    public override Bilingual Positive { get; } = new("Autovacuum works on every table", "Autovacuum trabaja en todas las tablas");

    public override Bilingual SeverityRule { get; } = new(
        "critical for the server; for a table high, medium while it has fewer than 1,000 rows",
            "crítica para el servidor; alta para una tabla, media mientras tenga menos de 1.000 filas");

    public override Bilingual FalsePositives { get; } =
        new("a load window after which it is turned on again", "una ventana de carga tras la cual se vuelve a activar");

    public override async Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var findings = new List<Finding>();
        foreach (var setting in (string[])["autovacuum", "track_counts"])
        {
            if (context.Server.IsOn(setting) == false) findings.Add(Globally(setting));
        }
        var options = await TableOptions.ReadAsync(context).ConfigureAwait(false);
        findings.AddRange(context.Window.Tables.Values
            .Where(table => options.GetValueOrDefault(table.After.Oid)?.IsAutovacuumOffHere == true)
            .OrderBy(table => table.FullName, StringComparer.Ordinal)
            .Select(table => OnTable(table, options[table.After.Oid])));
        return findings;
    }

    private static Finding Globally(string setting) => new()
    {
        Severity = AuditSeverity.Critical,
        Confidence = AuditConfidence.Measured,
        Object = $"setting {setting}",
        Found = new(
            $"{setting} is off: dead rows stay, tables grow, and eventually the server refuses writes (V3)",
                $"{setting} está desactivado: las filas muertas permanecen, las tablas crecen y finalmente el servidor rechaza las escrituras (V3)"),
        Evidence = [Evidence.Of("on", 0, "turned on", "activado")],
        Fix = new Fix
        {
            Advice = new("Turn it on. If it disturbs, slow it down (autovacuum_vacuum_cost_limit) instead of stopping it.",
                "Actívelo. Si molesta, ralentícelo (autovacuum_vacuum_cost_limit) en vez de pararlo."),
            Sql = [$"ALTER SYSTEM SET {setting} = on", "SELECT pg_catalog.pg_reload_conf()"],
            Rollback = [$"ALTER SYSTEM SET {setting} = off", "SELECT pg_catalog.pg_reload_conf()"],
        },
    };

    private static Finding OnTable(TableActivity table, TableOptions options)
    {
        const long small = 1000;
        var name = SafeSql.Name(table.Schema, table.Name);
        return new Finding
        {
            Severity = table.Rows + table.After.Dead < small ? AuditSeverity.Medium : AuditSeverity.High,
            Confidence = AuditConfidence.Measured,
            Object = table.FullName,
            Relation = table.After.Oid,
            Found = new(
                $"autovacuum is off for {table.FullName}, which has {table.After.Dead} dead rows and {table.After.Live} live ones",
                $"autovacuum está desactivado en {table.FullName}, que tiene {table.After.Dead} filas muertas y {table.After.Live} vivas"),
            Evidence = [Evidence.Of("deadRows", table.After.Dead, "dead rows", "filas muertas"),
                Evidence.Of("liveRows", table.After.Live, "live rows", "filas vivas")],
            Fix = new Fix
            {
                Advice = new("Restore the server's setting for the table.", "Restablezca en la tabla el ajuste del servidor."),
                Sql = [SafeSql.LockTimeout, $"ALTER TABLE {name} RESET (autovacuum_enabled)"],
                Rollback = options.Restore(name, "autovacuum_enabled"),
                CanApply = true,
            },
        };
    }
}
