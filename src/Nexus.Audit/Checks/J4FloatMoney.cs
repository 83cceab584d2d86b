namespace Nexus.Audit;

/// <summary>Money as binary floating point, which cannot hold 0.1, and times without a zone, which mean another instant for each reader.</summary>
internal sealed class J4FloatMoney : AuditCheck
{
    /// <summary>Of these the names tell whether a table keeps money.</summary>
    private static readonly string[] Types =
        ["float4", "float8", "timestamp", "numeric", "money", "int4", "int8", "text", "varchar", "bpchar", "citext"];

    public override string Id => "J4";

    public override Bilingual Title { get; } = new("Money as floating point, time without zone", "Dinero en coma flotante, hora sin zona");

    public override Bilingual Positive { get; } = new("Money is numeric and times have a zone", "El dinero es numeric y las horas tienen zona");

    public override Bilingual SeverityRule { get; } = new(
        "high for real or double precision columns named like money, low for timestamp without time zone",
        "alta para columnas real o double precision con nombre de dinero, baja para timestamp sin zona horaria");

    public override Bilingual FalsePositives { get; } = new(
        "floating point under other names (ratios, indices, indicators, scores, averages, times, counts, sizes), words such as total, loss and "
        + "margin in a table without money, and times with local in their name, are not reported",
        "no se señala la coma flotante con otros nombres (proporciones, índices, indicadores, puntuaciones, medias, tiempos, recuentos, tamaños), "
        + "ni palabras como total, pérdida o margen en una tabla sin dinero, ni las horas cuyo nombre dice que son locales");

    public override async Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var columns = await ColumnDefinition.ReadAsync(context, Types).ConfigureAwait(false);
        var tables = columns.ToLookup(column => column.TableOid);
        var found = columns.Where(column => column.Type == "timestamp" ? !IsLocal(column)
            : column.Type is "float4" or "float8" && MoneyNames.IsMoney(column.Name, column.Table,
                tables[column.TableOid].Where(other => other.Number != column.Number).Select(other => other.Name))).ToList();
        var dependents = await ColumnDependents.ReadAsync(context, found.Select(column => (column.TableOid, column.Number))).ConfigureAwait(false);
        return [.. found.Select(column => (Column: column, Finding: column.Type == "timestamp" ? Time(column) : MoneyOf(column)))
            .Select(pair => pair.Finding with
            {
                Fix = dependents.Apply(pair.Finding.Fix, pair.Column.TableOid, pair.Column.Number, pair.Column.Type == "timestamp"),
            })];
    }

    /// <summary>A wall clock's time, such as when a market opens in its own city.</summary>
    private static bool IsLocal(ColumnDefinition column) => Words.Split(column.Name).Exists(word => word is "local" or "naive" or "wall");

    private static Finding MoneyOf(ColumnDefinition column)
    {
        var type = column.Type == "float4" ? "real" : "double precision";
        var digits = column.Type == "float4" ? 6 : 15;
        return new Finding
        {
            Severity = AuditSeverity.High,
            Confidence = AuditConfidence.Inferred, // by its name
            Object = column.FullName,
            Relation = column.TableOid,
            Found = new(
                $"{column.FullName} is {type}, which rounds money to {digits} digits in binary: sums drift and equality fails",
                $"{column.FullName} es {type}, que redondea el dinero a {digits} cifras en binario: las sumas se desvían y la igualdad falla"),
            Evidence = EvidenceOf(column, type),
            Fix = Retype(
                column, "numeric(20,8)", "",
                "Use numeric with the precision of the exchange. The change rewrites the table under an exclusive lock: for a large table add a "
                + "column, fill it in batches and swap them. Change the application to decimal first.",
                "Use numeric con la precisión del exchange. El cambio reescribe la tabla con bloqueo exclusivo: en una grande, añada una columna, "
                + "rellénela por lotes e intercámbiela. Pase antes la aplicación a decimal."),
        };
    }

    private static Finding Time(ColumnDefinition column) => new()
    {
        Severity = AuditSeverity.Low,
        Confidence = AuditConfidence.Measured,
        Object = column.FullName,
        Relation = column.TableOid,
        Found = new(
            $"{column.FullName} is timestamp without time zone: its meaning depends on the session that wrote it",
            $"{column.FullName} es timestamp sin zona horaria: su significado depende de la sesión que lo escribió"),
        Evidence = EvidenceOf(column, "timestamp without time zone"),
        Fix = Retype(
            column, column.Declared.StartsWith("timestamp", StringComparison.Ordinal)
                ? column.Declared.Replace(" without ", " with ", StringComparison.Ordinal) : "timestamptz", "SET timezone = 'UTC'",
            "Use timestamptz. If the stored values are UTC, the change in a UTC session only changes the catalogue and rebuilds the indexes on the "
            + "column; otherwise replace UTC by the zone in which they were written.",
            "Use timestamptz. Si los valores guardados están en UTC, el cambio en una sesión en UTC solo cambia el catálogo y reconstruye los "
            + "índices de la columna; si no, sustituya UTC por la zona en que se escribieron."),
    };

    private static List<Evidence> EvidenceOf(ColumnDefinition column, string type) =>
    [
        Evidence.Of("rows", column.Rows, "rows of the table", "filas de la tabla"),
        Evidence.Of("type", type, "type", "tipo"),
    ];

    private static Fix Retype(ColumnDefinition column, string to, string before, string en, string es)
    {
        IReadOnlyList<string> Change(string type) =>
            [SafeSql.LockTimeout, .. before.Length == 0 ? [] : new[] { before },
                $"ALTER TABLE {SafeSql.Name(column.Schema, column.Table)} ALTER COLUMN {SafeSql.Name(column.Name)} TYPE {type}"];
        return new Fix
        {
            Advice = new(en, es),
            Sql = column.IsGenerated ? [] : Change(to),
            Rollback = column.IsGenerated ? [] : Change(column.Declared),
        };
    }
}
