namespace Nexus.Audit;

/// <summary>The words of a report for severities and confidences.</summary>
public static class ReportWords
{
    /// <summary>The severity as an adjective, in lower case: "high", "alto".</summary>
    public static string Of(AuditSeverity severity, AuditLanguage language) => Severity(severity).In(language);

    /// <summary>The confidence as an adjective, in lower case: "measured", "medido".</summary>
    public static string Of(AuditConfidence confidence, AuditLanguage language) => Confidence(confidence).In(language);

    /// <summary>The report's one line.</summary>
    internal static Bilingual Summary(int score, CountsReport counts, string database, string version, double seconds) => new(
        $"Score {score}/100 for {database} (PostgreSQL {version}, observed for {seconds:0.#} s): "
        + $"{Counted(counts, AuditLanguage.English, "no findings")}; {counts.ChecksOk} checks passed, {counts.ChecksSkipped} skipped",
        $"Puntuación {score}/100 para {database} (PostgreSQL {version}, observado durante {seconds:0.#} s): "
        + $"{Counted(counts, AuditLanguage.Spanish, "ningún hallazgo")}; {counts.ChecksOk} comprobaciones correctas, {counts.ChecksSkipped} "
        + "omitidas");

    private static Bilingual Severity(AuditSeverity severity) => severity switch
    {
        AuditSeverity.Critical => new("critical", "crítico"),
        AuditSeverity.High => new("high", "alto"),
        AuditSeverity.Medium => new("medium", "medio"),
        AuditSeverity.Low => new("low", "bajo"),
        _ => new("info", "informativo"),
    };

    private static Bilingual Confidence(AuditConfidence confidence) => confidence switch
    {
        AuditConfidence.Measured => new("measured", "medido"),
        AuditConfidence.Inferred => new("inferred", "inferido"),
        _ => new("unknown", "desconocido"),
    };

    private static string Counted(CountsReport counts, AuditLanguage language, string none)
    {
        var parts = new (int Count, AuditSeverity Severity)[]
        {
            (counts.Critical, AuditSeverity.Critical), (counts.High, AuditSeverity.High), (counts.Medium, AuditSeverity.Medium),
                (counts.Low, AuditSeverity.Low), (counts.Info, AuditSeverity.Info),
        }.Where(part => part.Count > 0).Select(part =>
            $"{part.Count} {Of(part.Severity, language)}{(language == AuditLanguage.Spanish && part.Count > 1 ? "s" : "")}").ToList();
        return parts.Count == 0 ? none : string.Join(", ", parts);
    }
}
