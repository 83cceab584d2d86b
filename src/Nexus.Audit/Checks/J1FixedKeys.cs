namespace Nexus.Audit;

/// <summary>
/// A JSON document whose keys are the same in every row: columns that were never declared, without types, constraints, statistics or cheap updates.
/// </summary>
internal sealed class J1FixedKeys : AuditCheck
{
    private const int SampledRows = 1000;
    private const long FewestRows = 200;
    private const double InEveryRow = 0.95;
    private const double MostlyFixed = 0.8;

    /// <summary>A document of so few keys costs little as it is.</summary>
    private const int FewKeys = 3;

    /// <summary>Adding a generated column to so many rows takes a moment only.</summary>
    private const long QuickRewrite = 100_000;

    private const int MostColumns = 60;

    /// <summary>What comes from outside is kept as it came.</summary>
    private static readonly string[] RawNames = ["payload", "raw", "response", "request", "body", "event", "webhook"];

    private const string GeneratedSql = """
        SELECT DISTINCT d.refobjid, d.refobjsubid::smallint FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid
            AND a.attgenerated <> ''
        WHERE d.refclassid = 'pg_class'::regclass AND d.refobjsubid <> a.attnum
            AND ((d.classid = 'pg_attrdef'::regclass
                AND d.objid = (SELECT f.oid FROM pg_catalog.pg_attrdef f WHERE f.adrelid = a.attrelid AND f.adnum = a.attnum))
                OR (d.classid = 'pg_class'::regclass AND d.objid = a.attrelid AND d.objsubid = a.attnum))
        """;

    public override string Id => "J1";

    public override Bilingual Title { get; } = new("JSON with a fixed set of keys", "JSON con un conjunto fijo de claves");

    public override Bilingual Positive { get; } =
        new("JSON holds variable data; fixed data has columns", "El JSON guarda datos variables; los fijos tienen columnas");

    public override Bilingual SeverityRule { get; } = new(
        "at least 80 % of the keys in 95 % of the rows with one type: medium if statements read its content, otherwise low; low up to 3 keys; info "
        + "if generated columns already extract what is queried",
        "al menos el 80 % de las claves en el 95 % de las filas y con un solo tipo: media si las sentencias consultan su contenido, si no baja; "
        + "baja hasta 3 claves; informativa si ya hay columnas generadas que extraen lo que se consulta");

    public override Bilingual FalsePositives { get; } = new(
        "fewer than 200 rows, and columns named as raw external data (payload, response, event, …) whose content no statement reads, are not judged",
        "no se juzgan tablas de menos de 200 filas ni columnas cuyo nombre indica datos externos en bruto (payload, response, event, …) que "
        + "ninguna sentencia consulta");

    public override async Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var columns = (await ColumnDefinition.ReadAsync(context, "json", "jsonb").ConfigureAwait(false))
            .Where(column => column is { Rows: >= FewestRows, IsGenerated: false }).OrderByDescending(column => column.Rows).Take(MostColumns)
            .ToList();
        if (columns.Count == 0) return [];
        var extracted = (await context.QueryAsync(GeneratedSql, row => (row.Oid(0), row.GetInt16(1))).ConfigureAwait(false)).ToHashSet();
        var findings = new List<Finding>();
        var sample = await RowSample.PrepareAsync(context, columns).ConfigureAwait(false);
        foreach (var column in columns)
        {
            if (!column.IsReadable)
            {
                context.CannotRead(column.Schema, column.Table);
                continue;
            }
            if (await sample.ReadAsync([column], SampledRows).ConfigureAwait(false) is not { } rows) continue;
            var keys = KeyShape.Of(rows.Select(row => row[0]));
            var fixedKeys = keys.Where(key => key.IsFixed).ToList();
            if (keys.Count == 0 || keys[0].Sampled < FewestRows || fixedKeys.Count < MostlyFixed * keys.Count) continue;
            var queries = context.Window.Statements.Count(statement => StatementText.Verb(statement.Text) is "SELECT" or "WITH" or "UPDATE"
                or "DELETE" or "INSERT" && statement.Text.Contains(column.Table, StringComparison.OrdinalIgnoreCase)
                    && JsonFilter.LooksInto(statement.Text, column.Name));
            if (queries == 0 && IsRaw(column)) continue;
            findings.Add(MakeFinding(context, column, keys, fixedKeys, queries, extracted.Contains((column.TableOid, column.Number))));
        }
        return findings;
    }

    private static bool IsRaw(ColumnDefinition column) =>
        Array.Exists(RawNames, name => column.Name.Split('_').Contains(name, StringComparer.OrdinalIgnoreCase));

    private static Finding MakeFinding(CheckContext context, ColumnDefinition column, List<KeyShape> keys, List<KeyShape> fixedKeys, int queries,
        bool isExtracted)
    {
        var severity = isExtracted && queries == 0 ? AuditSeverity.Info
            : fixedKeys.Count <= FewKeys ? AuditSeverity.Low
            : queries > 0 ? AuditSeverity.Medium : AuditSeverity.Low;
        var evidence = new List<Evidence>
        {
            Evidence.Of("fixedKeys", fixedKeys.Count, "keys in at least 95 % of the rows with one type",
                "claves en al menos el 95 % de las filas con un solo tipo"),
            Evidence.Of("keys", keys.Count, "keys in all", "claves en total"),
            Evidence.Of("sampledRows", keys[0].Sampled, "rows sampled", "filas muestreadas"),
            Evidence.Of("rows", column.Rows, "rows of the table", "filas de la tabla"),
            Evidence.Of("keyNames", string.Join(", ", fixedKeys.Take(20).Select(key => Shown(key.Name))), "fixed keys", "claves fijas"),
        };
        if (context.Server.Statements is not null) evidence.Add(Evidence.Of("statements", queries, "statements that read its content",
            "sentencias que consultan su contenido"));
        return new Finding
        {
            Severity = severity,
            Confidence = AuditConfidence.Measured,
            Object = column.FullName,
            Relation = column.TableOid,
            Found = new(
                $"{fixedKeys.Count} of the {keys.Count} keys of {column.FullName} are in every row with one type: they should be columns",
                $"{fixedKeys.Count} de las {keys.Count} claves de {column.FullName} están en todas las filas con un solo tipo: deberían ser "
                + "columnas"),
            Evidence = evidence,
            Fix = MakeFix(column, fixedKeys),
        };
    }

    /// <summary>A key is structure and not a value, unless it looks like a value.</summary>
    private static string Shown(string key) =>
        key.Length <= 40 && key.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '.') && !SecretValue.IsToken(key) ? key : "…";

    private static Fix MakeFix(ColumnDefinition column, List<KeyShape> keys)
    {
        var isQuick = column.Rows < QuickRewrite;
        var scalars = keys.Where(key => Type(key.Type) is not null && Shown(key.Name) == key.Name).Take(5)
            .Select(key => (key, Name: $"{column.Name}_{key.Name}".ToLowerInvariant())).ToList();
        var table = SafeSql.Name(column.Schema, column.Table);
        return new Fix
        {
            Advice = isQuick
                ? new(
                    "Give each queried key a column; with a generated column the application does not change. Adding it rewrites the table under "
                    + "an exclusive lock, which is brief at this size. The statements cover the first keys.",
                    "Dé una columna a cada clave que se consulte: si es generada, la aplicación no cambia. Añadirla reescribe la tabla con bloqueo "
                    + "exclusivo, brevemente con este tamaño. Las sentencias cubren las primeras claves.")
                : new(
                    "Give each queried key a typed column: add it empty (instant), write it from the application, fill the old rows in batches, "
                    + "then read from it. A generated column would rewrite this large table under an exclusive lock.",
                    "Dé una columna tipada a cada clave que se consulte: añádala vacía (inmediato), escríbala desde la aplicación, rellene las "
                    + "filas antiguas por lotes y lea de ella. Una columna generada reescribiría esta tabla grande con bloqueo exclusivo."),
            Sql = scalars.Count == 0 ? [] :
            [
                SafeSql.LockTimeout,
                .. scalars.Select(pair => $"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {SafeSql.Name(pair.Name)} {Type(pair.key.Type)}"
                    + (isQuick ?
                        $" GENERATED ALWAYS AS (({SafeSql.Name(column.Name)} ->> {SafeSql.Literal(pair.key.Name)})::{Type(pair.key.Type)}) STORED"
                            : "")),
            ],
            Rollback = scalars.Count == 0 ? []
                : [SafeSql.LockTimeout, .. scalars.Select(pair => $"ALTER TABLE {table} DROP COLUMN IF EXISTS {SafeSql.Name(pair.Name)}")],
        };
    }

    private static string? Type(string json) => json switch { "string" => "text", "number" => "numeric", "boolean" => "boolean", _ => null };
}
