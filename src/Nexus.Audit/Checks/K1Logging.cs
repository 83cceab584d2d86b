namespace Nexus.Audit;

/// <summary>What the server does not log and an analysis of an incident would need.</summary>
internal sealed class K1Logging : AuditCheck
{
    public override string Id => "K1";

    public override Bilingual Title { get; } =
        new("Slow statements, lock waits or spills are not logged", "No se registran sentencias lentas, esperas por bloqueos o volcados a disco");

    public override Bilingual Positive { get; } = new("Slow statements, lock waits and spills are logged",
            "Se registran las sentencias lentas, las esperas por bloqueos y los volcados a disco");

    public override Bilingual SeverityRule { get; } =
        new("low for each setting that is off, as on every new server", "baja por cada ajuste desactivado, como en todo servidor nuevo");

    public override Bilingual FalsePositives { get; } = new(
        "a hosted server whose agent logs the same; auto_explain counts as the log of slow statements",
            "un servidor gestionado cuyo agente registra lo mismo; auto_explain cuenta como registro de sentencias lentas");

    public override bool IsAboutServer => true;

    public override Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var server = context.Server;
        var findings = new List<Finding>();
        if (server.Number("log_min_duration_statement", -1) < 0 && server.Number("log_min_duration_sample", -1) < 0
            && server.Number("auto_explain.log_min_duration", -1) < 0)
        {
            findings.Add(MakeFinding(
                "log_min_duration_statement", "'500ms'", "'-1'", new("slow statements are not logged", "las sentencias lentas no se registran"),
                new("Log statements that take longer than half a second. Parameters may be secrets: log_parameter_max_length = 0 keeps them out.",
                    "Registre las sentencias que tarden más de medio segundo. Los parámetros pueden ser secretos: log_parameter_max_length = 0 "
                    + "los excluye."),
                "ALTER SYSTEM SET log_parameter_max_length = 0"));
        }
        if (server.IsOn("log_lock_waits") == false)
        {
            findings.Add(MakeFinding(
                "log_lock_waits", "on", "off", new("waits for locks are not logged", "las esperas por bloqueos no se registran"),
                new("Log waits longer than deadlock_timeout (one second); the cost is negligible.",
                    "Registre las esperas mayores que deadlock_timeout (un segundo); el coste es insignificante.")));
        }
        if (server.Number("log_temp_files", -1) < 0)
        {
            findings.Add(MakeFinding(
                "log_temp_files", "'10MB'", "'-1'",
                    new("sorts and hashes that spill to disk are not logged", "las ordenaciones y hashes que se vuelcan a disco no se registran"),
                new("Log temporary files from 10 MB: they show where work_mem is too small or an index is missing.",
                    "Registre los archivos temporales desde 10 MB: indican dónde work_mem es pequeño o falta un índice.")));
        }
        return Task.FromResult<IReadOnlyList<Finding>>(findings);
    }

    private static Finding MakeFinding(string setting, string value, string before, Bilingual found, Bilingual advice, params string[] also) => new()
    {
        Severity = AuditSeverity.Low,
        Confidence = AuditConfidence.Measured,
        Object = $"setting {setting}",
        Found = found,
        Evidence = [Evidence.Of("value", before.Trim('\''), "value", "valor")],
        Fix = new Fix
        {
            Advice = advice,
            Sql = [$"ALTER SYSTEM SET {setting} = {value}", .. also, "SELECT pg_catalog.pg_reload_conf()"],
            Rollback = [$"ALTER SYSTEM RESET {setting}", .. also.Length == 0
                ? [] : (string[])["ALTER SYSTEM RESET log_parameter_max_length"], "SELECT pg_catalog.pg_reload_conf()"],
        },
    };
}
