namespace Nexus.Audit.Reports;

/// <summary>The words of reports, and how enumerations are written: one way for programs, one in each language.</summary>
internal static class ReportWords
{
    public static string Code(this AuditSeverity severity) => severity switch
    {
        AuditSeverity.Critical => "critical",
        AuditSeverity.High => "high",
        AuditSeverity.Medium => "medium",
        AuditSeverity.Low => "low",
        _ => "info",
    };

    public static string Code(this AuditConfidence confidence) => confidence switch
    {
        AuditConfidence.Measured => "measured",
        AuditConfidence.Inferred => "inferred",
        _ => "unknown",
    };

    public static string Code(this CheckStatus status) => status switch
    {
        CheckStatus.Ok => "ok",
        CheckStatus.Findings => "findings",
        _ => "skipped",
    };

    public static string Code(this AuditLanguage language) => language == AuditLanguage.Es ? "es" : "en";

    /// <summary>As adjective of a finding.</summary>
    public static Bilingual Severity(string code) => code switch
    {
        "critical" => new("critical", "crítico"),
        "high" => new("high", "alto"),
        "medium" => new("medium", "medio"),
        "low" => new("low", "bajo"),
        _ => new("info", "informativo"),
    };

    public static Bilingual Confidence(string code) => code switch
    {
        "measured" => new("measured", "medido"),
        "inferred" => new("inferred", "deducido"),
        _ => new("unknown", "desconocido"),
    };

    /// <summary>The report's one line.</summary>
    public static Bilingual Summary(int score, CountsReport counts, string database, string version, double seconds) => new(
        $"Score {score}/100 for {database} (PostgreSQL {version}, watched for {seconds:0.#} s): "
        + $"{Counted(counts, AuditLanguage.En, "no findings")}; {counts.ChecksOk} checks fine, {counts.ChecksSkipped} skipped",
        $"Puntuación {score}/100 para {database} (PostgreSQL {version}, observado durante {seconds:0.#} s): "
        + $"{Counted(counts, AuditLanguage.Es, "ningún hallazgo")}; {counts.ChecksOk} comprobaciones correctas, {counts.ChecksSkipped} omitidas");

    private static string Counted(CountsReport counts, AuditLanguage language, string none)
    {
        var parts = new (int Count, string Code)[] { (counts.Critical, "critical"), (counts.High, "high"), (counts.Medium, "medium"), (counts.Low, "low"), (counts.Info, "info") }
            .Where(part => part.Count > 0).Select(part => $"{part.Count} {Severity(part.Code).In(language)}{(language == AuditLanguage.Es && part.Count > 1 ? "s" : "")}").ToList();
        return parts.Count == 0 ? none : string.Join(", ", parts);
    }
}
