namespace Nexus.Audit;

/// <summary>Headings and labels of reports.</summary>
internal static class ReportTexts
{
    public static Bilingual Title { get; } = new("COMPLETE AUDIT - USE OF POSTGRESQL IN", "AUDITORÍA COMPLETA - USO DE POSTGRESQL EN");

    public static Bilingual Date { get; } = new("Date", "Fecha");

    public static Bilingual Version { get; } = new("Server", "Servidor");

    public static Bilingual Window { get; } = new("Window", "Ventana");

    public static Bilingual AuditedAs { get; } = new("Audited as", "Auditado como");

    public static Bilingual StatisticsSince { get; } = new("Statistics since", "Estadísticas desde");

    public static Bilingual StatusOk { get; } = new("AUDIT COMPLETE - NOTHING TO DO", "AUDITORÍA COMPLETADA - NADA QUE HACER");

    public static Bilingual StatusFindings { get; } =
        new("AUDIT COMPLETE - OPTIMISATIONS RECOMMENDED", "AUDITORÍA COMPLETADA - OPTIMIZACIONES RECOMENDADAS");

    public static Bilingual Status { get; } = new("State", "Estado");

    public static Bilingual ExecutiveSummary { get; } = new("EXECUTIVE SUMMARY", "RESUMEN EJECUTIVO");

    public static Bilingual ProblemsIdentified { get; } = new("PROBLEMS IDENTIFIED", "PROBLEMAS IDENTIFICADOS");

    public static Bilingual None { get; } = new("None", "Ninguno");

    public static Bilingual PositivePoints { get; } = new("POSITIVE POINTS", "PUNTOS POSITIVOS");

    public static Bilingual NotChecked { get; } = new("NOT CHECKED", "NO COMPROBADO");

    public static Bilingual ProblemsDetected { get; } = new("PROBLEMS DETECTED", "PROBLEMAS DETECTADOS");

    public static Bilingual Object { get; } = new("Object", "Objeto");

    public static Bilingual Problem { get; } = new("Problem", "Problema");

    public static Bilingual Evidence { get; } = new("Evidence", "Evidencia");

    public static Bilingual Value { get; } = new("Value", "Valor");

    public static Bilingual Confidence { get; } = new("Confidence", "Certeza");

    public static Bilingual Solution { get; } = new("Recommended solution", "Solución recomendada");

    public static Bilingual Rollback { get; } = new("To undo", "Para deshacerlo");

    public static Bilingual FalsePositives { get; } = new("May be fine if", "Puede ser correcto si");

    public static Bilingual More { get; } = new("More", "Más");

    public static Bilingual SameCause { get; } = new("Same cause", "Misma causa");

    public static Bilingual Metrics { get; } = new("MEASURED PERFORMANCE", "MÉTRICAS DE RENDIMIENTO MEDIDAS");

    public static Bilingual Metric { get; } = new("Metric", "Métrica");

    public static Bilingual Plan { get; } = new("OPTIMISATION PLAN", "PLAN DE OPTIMIZACIÓN");

    public static Bilingual Phase1 { get; } = new("PHASE 1: CRITICAL (immediately)", "FASE 1: CRÍTICA (inmediata)");

    public static Bilingual Phase2 { get; } = new("PHASE 2: HIGH (this week)", "FASE 2: ALTA (esta semana)");

    public static Bilingual Phase3 { get; } = new("PHASE 3: MEDIUM AND LOW (next weeks)", "FASE 3: MEDIA Y BAJA (próximas semanas)");

    public static Bilingual Checklist { get; } = new("IMPLEMENTATION CHECKLIST", "CHECKLIST DE IMPLEMENTACIÓN");

    public static Bilingual AuditAgain { get; } =
        new("Audit again and compare with this report (`--baseline`)", "Repetir la auditoría y comparar con este informe (`--baseline`)");

    public static Bilingual Changes { get; } = new("CHANGES SINCE", "CAMBIOS DESDE");

    public static Bilingual New { get; } = new("new", "nuevo");

    public static Bilingual Gone { get; } = new("gone", "resuelto");

    public static Bilingual Changed { get; } = new("changed", "cambiado");

    public static Bilingual NothingChanged { get; } = new("nothing changed", "sin cambios");

    public static Bilingual Score { get; } = new("Score", "Puntuación");

    public static Bilingual Severity { get; } = new("severity", "gravedad");

    public static Bilingual Check { get; } = new("check", "prueba");

    public static Bilingual Found { get; } = new("found", "hallazgo");

    public static Bilingual Fixes { get; } = new("What to do", "Qué hacer");

    public static Bilingual Skipped { get; } = new("Skipped", "Omitidas");

    public static Bilingual Fine { get; } = new("Fine", "Correctas");

    public static Bilingual AndMore { get; } =
        new("more findings of this check, in the JSON report", "hallazgos más de esta comprobación, en el informe JSON");

    public static Bilingual Auditing { get; } = new("auditing", "auditando");
}
