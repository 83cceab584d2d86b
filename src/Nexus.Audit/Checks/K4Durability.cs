namespace Nexus.Audit;

/// <summary>Settings that trade safety of the data for speed, and damage that goes unnoticed.</summary>
internal sealed class K4Durability : AuditCheck
{
    public override string Id => "K4";

    public override Bilingual Title { get; } =
        new("A crash can damage data, or damage goes unnoticed", "Una caída puede dañar datos, o el daño pasa inadvertido");

    public override Bilingual Positive { get; } =
        new("Crashes cannot damage data, and damaged pages are noticed", "Una caída no puede dañar los datos y las páginas dañadas se detectan");

    public override Bilingual SeverityRule { get; } =
        new("fsync or full_page_writes off: critical; no data checksums: low, the default before PostgreSQL 18",
            "fsync o full_page_writes desactivados: crítica; sin sumas de comprobación: baja, el valor por defecto antes de PostgreSQL 18");

    public override Bilingual FalsePositives { get; } = new(
        "a server whose data may be lost at any time, as in tests; full_page_writes on a file system that never tears pages (ZFS)",
        "un servidor cuyos datos pueden perderse en cualquier momento, como en pruebas; full_page_writes en un sistema de archivos que nunca "
        + "parte páginas (ZFS)");

    public override bool IsAboutServer => true;

    public override Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var findings = new List<Finding>();
        if (context.Server.IsOn("fsync") == false)
        {
            findings.Add(Setting("fsync", new(
                "fsync is off: after a crash of the machine the whole database may be unreadable",
                    "fsync está desactivado: tras una caída de la máquina toda la base de datos puede quedar ilegible")));
        }
        if (context.Server.IsOn("full_page_writes") == false)
        {
            findings.Add(Setting("full_page_writes", new(
                "full_page_writes is off: a page that is half written during a crash stays damaged",
                    "full_page_writes está desactivado: una página a medio escribir en una caída queda dañada")));
        }
        if (context.Server.IsOn("data_checksums") == false) findings.Add(NoChecksums);
        return Task.FromResult<IReadOnlyList<Finding>>(findings);
    }

    private static Finding Setting(string name, Bilingual found) => new()
    {
        Severity = AuditSeverity.Critical,
        Confidence = AuditConfidence.Measured,
        Object = $"setting {name}",
        Found = found,
        Evidence = [Evidence.Of("on", 0, "turned on", "activado")],
        Fix = new Fix
        {
            Advice = new(
                "Turn it on. To make small commits cheaper, use synchronous_commit = off for those that may be lost: a crash then loses the last "
                + "moments, but never consistency.",
                "Actívelo. Para abaratar los commits pequeños use synchronous_commit = off en los que puedan perderse: se pierden los últimos "
                + "instantes, nunca la coherencia."),
            Sql = [$"ALTER SYSTEM SET {name} = on", "SELECT pg_catalog.pg_reload_conf()"],
            Rollback = [$"ALTER SYSTEM SET {name} = off", "SELECT pg_catalog.pg_reload_conf()"],
        },
    };

    private static Finding NoChecksums { get; } = new()
    {
        Severity = AuditSeverity.Low,
        Confidence = AuditConfidence.Measured,
        Object = "setting data_checksums",
        Found = new(
            "pages have no checksums: data that a disk damages is read as if it were correct, and copied into backups",
                "las páginas no tienen sumas de comprobación: los datos que un disco daña se leen como si fueran correctos y pasan a las copias "
                + "de seguridad"),
        Evidence = [Evidence.Of("on", 0, "turned on", "activado")],
        Fix = new Fix
        {
            Advice = new(
                "Stop the server and run pg_checksums --enable on its data folder (it rewrites every page), on a standby first if there is one. "
                + "New servers have them by default since PostgreSQL 18.",
                "Detenga el servidor y ejecute pg_checksums --enable sobre su carpeta de datos (reescribe todas las páginas), primero en una "
                + "réplica si la hay. Los servidores nuevos las traen por defecto desde PostgreSQL 18."),
        },
    };
}
