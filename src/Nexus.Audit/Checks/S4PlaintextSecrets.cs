using System.Diagnostics;

namespace Nexus.Audit;

/// <summary>
/// Readable keys, tokens and passwords in columns or inside documents. Values are examined, and never kept, shown or logged.
/// </summary>
internal sealed class S4PlaintextSecrets : AuditCheck
{
    private const int SampledRows = 200;

    /// <summary>Columns whose names indicate a secret, and documents, are always read; the rest for at most this time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    /// <summary>A thousand tables with telling names must not keep the audit for an hour.</summary>
    private static readonly TimeSpan LongestPatience = TimeSpan.FromSeconds(60);

    private const int MostNamedGaps = 5;

    private const int MostTables = 5000;

    private static readonly string[] Types =
        ["text", "varchar", "bpchar", "citext", "json", "jsonb", "_text", "_varchar", "_int2", "_int4", "int4", "int8"];

    /// <summary>Of a table that keeps names and values in rows.</summary>
    private static readonly HashSet<string> NameColumns =
        new(["name", "key", "setting", "param", "field", "option", "clave", "nombre"], StringComparer.OrdinalIgnoreCase),
        ValueColumns = new(["value", "val", "data", "content", "payload", "config", "valor"], StringComparer.OrdinalIgnoreCase),
        KeyColumns = new(["key", "clave", "llave", "chave"], StringComparer.OrdinalIgnoreCase);

    /// <summary>What was seen in a column: counts and names, no values.</summary>
    private sealed class Seen
    {
        public int Shaped { get; set; }

        public int Named { get; set; }

        /// <summary>Keys of documents that hold a secret.</summary>
        public HashSet<string> Keys { get; } = [];

        public void Add(SecretKind kind, string? key)
        {
            if (kind == SecretKind.None) return;
            if (kind == SecretKind.Shaped) Shaped++;
            else Named++;
            if (key is not null) Keys.Add(SecretValue.IsToken(key) || key.Length > 60 ? "…" : key);
        }
    }

    public override string Id => "S4";

    public override Bilingual Title { get; } = new("Secrets in plain text", "Secretos en texto plano");

    public override Bilingual Positive { get; } = new("No secret was found in plain text", "No se encontró ningún secreto en texto plano");

    public override Bilingual SeverityRule { get; } = new(
        "critical if a value looks like a key or token, high if only the name of the column or key indicates it",
        "crítica si algún valor parece una clave o un token, alta si solo lo indica el nombre de la columna o de la clave");

    public override Bilingual FalsePositives { get; } = new(
        "hashes, ciphertexts (Nexus, Fernet, Vault, KMS, PGP), masked values and references, and columns named accordingly (*_hash, *_encrypted), "
        + "are recognised; test data is not",
        "se reconocen hashes, textos cifrados (Nexus, Fernet, Vault, KMS, PGP), valores enmascarados y referencias, y las columnas con esos "
        + "nombres (*_hash, *_encrypted); los datos de prueba no");

    public override async Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var tables = (await ColumnDefinition.ReadAsync(context, Types).ConfigureAwait(false)).Where(IsWorthReading).GroupBy(column => column.TableOid)
            .Select(group => group.ToList())
            .OrderByDescending(columns => columns.Exists(IsLikely)).ThenBy(columns => columns[0].Rows).Take(MostTables).ToList();
        var sample = await RowSample.PrepareAsync(context, tables.Select(columns => columns[0])).ConfigureAwait(false);
        var hidden = new List<ColumnDefinition>();
        var findings = new List<Finding>();
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < tables.Count; i++)
        {
            var elapsed = Stopwatch.GetElapsedTime(started);
            if (elapsed > LongestPatience || (elapsed > Patience && !tables[i].Exists(IsLikely)))
            {
                context.CannotSee(elapsed > LongestPatience
                    ? new($"{tables.Count - i} tables were left out to save time", $"se omitieron {tables.Count - i} tablas para ahorrar tiempo")
                    : new($"{tables.Count - i} tables without a telling name were left out to save time",
                        $"se omitieron {tables.Count - i} tablas sin nombres reveladores para ahorrar tiempo"));
                break;
            }
            var readable = tables[i].Where(column => column.IsReadable).ToList();
            if (readable.Count < tables[i].Count) hidden.Add(tables[i][0]);
            if (readable.Count > 0) findings.AddRange(await LookAsync(sample, readable).ConfigureAwait(false));
        }
        TellHidden(context, hidden);
        return findings;
    }

    /// <summary>Numbers say nothing but under a name.</summary>
    private static bool IsWorthReading(ColumnDefinition column) =>
        !(IsNumber(column) || column.Type is "_int2" or "_int4") || SecretValue.IsSecretName(column.Name);

    private static bool IsLikely(ColumnDefinition column) =>
        column.Type is "json" or "jsonb" || SecretValue.IsSecretName(column.Name) || SecretName.IsService(column.Name)
            || (ValueColumns.Contains(column.Name) && (SecretValue.IsSecretName(column.Table) || SecretName.IsService(column.Table)));

    private static async Task<IEnumerable<Finding>> LookAsync(RowSample sample, List<ColumnDefinition> columns)
    {
        if (await sample.ReadAsync(columns, SampledRows).ConfigureAwait(false) is not { } rows) return [];
        var seen = columns.Select(_ => new Seen()).ToList();
        var nameColumn = columns.FindIndex(column => NameColumns.Contains(column.Name));
        // The key of a table of tokens or API keys is one of them, unless the table keeps names and values.
        var bareKey = SecretValue.IsSecretName(columns[0].Table) && !columns.Exists(column => ValueColumns.Contains(column.Name))
            ? columns.FindIndex(column => KeyColumns.Contains(column.Name)) : -1;
        foreach (var row in rows)
        {
            for (var i = 0; i < columns.Count; i++)
            {
                if (row[i] is not { Length: > 0 } text) continue;
                if (i == bareKey && SecretShape.IsDrawn(text) && !SecretShape.IsProtected(text)) seen[i].Add(SecretKind.Shaped, null);
                else Judge(columns[i], nameColumn >= 0 ? row[nameColumn] : null, text, seen[i]);
            }
        }
        return columns.Zip(seen).Where(pair => pair.Second.Shaped + pair.Second.Named > 0)
            .Select(pair => MakeFinding(pair.First, pair.Second, rows.Count));
    }

    private static void Judge(ColumnDefinition column, string? rowName, string text, Seen seen)
    {
        var name = NameOf(column, rowName);
        if (IsNumber(column)) seen.Add(SecretValue.JudgeNumber(name, text), null);
        else if (!(text.AsSpan().TrimStart() is ['{' or '[' or '"', ..]
            && new SecretDocument(seen.Add).Read(text, name))) seen.Add(SecretValue.Judge(name, text), null);
    }

    /// <summary>
    /// What a value is called: by its column; in a table of names and values by its row's name; in a table of credentials by the table.
    /// </summary>
    private static string NameOf(ColumnDefinition column, string? rowName)
    {
        if (!ValueColumns.Contains(column.Name)) return column.Name;
        return rowName is { Length: > 0 and <= 60 } && SecretValue.IsSecretName(rowName)
            ? rowName : SecretValue.IsSecretName(column.Table) || SecretName.IsService(column.Table) ? column.Table : column.Name;
    }

    private static bool IsNumber(ColumnDefinition column) => column.Type is "int4" or "int8";

    private static void TellHidden(CheckContext context, List<ColumnDefinition> hidden)
    {
        foreach (var column in hidden.Take(MostNamedGaps)) context.CannotRead(column.Schema, column.Table);
        if (hidden.Count > MostNamedGaps)
        {
            context.CannotSee(
                new($"no SELECT privilege on {hidden.Count - MostNamedGaps} more tables",
                    $"falta el privilegio SELECT sobre {hidden.Count - MostNamedGaps} tablas más"),
                $"GRANT pg_read_all_data TO {SafeSql.Name(context.Server.User)}");
        }
    }

    private static Finding MakeFinding(ColumnDefinition column, Seen seen, int rows)
    {
        var isShaped = seen.Shaped > 0;
        var keys = seen.Keys.Where(key => key.Length > 0).Order(StringComparer.Ordinal).Take(10).ToList();
        var evidence = new List<Evidence>
        {
            Evidence.Of("readable", seen.Shaped + seen.Named, "readable secrets in the sample", "secretos legibles en la muestra"),
            Evidence.Of("shaped", seen.Shaped, "that look like a key or token", "con aspecto de clave o token"),
            Evidence.Of("sampledRows", rows, "rows sampled", "filas muestreadas"),
        };
        if (keys.Count > 0) evidence.Add(Evidence.Of("keys", string.Join(", ", keys), "keys of the document", "claves del documento"));
        return new Finding
        {
            Severity = isShaped ? AuditSeverity.Critical : AuditSeverity.High,
            Confidence = isShaped ? AuditConfidence.Measured : AuditConfidence.Inferred,
            Object = column.FullName,
            Relation = column.TableOid,
            Found = isShaped
                ? new(
                    $"{column.FullName} holds keys or tokens in plain text: anyone who reads the table, a replica or a dump gets them",
                    $"{column.FullName} guarda claves o tokens en texto plano: los obtiene cualquiera que lea la tabla, una réplica o un volcado")
                : new(
                    $"{column.FullName} holds readable text although its name indicates a secret",
                    $"{column.FullName} guarda texto legible aunque su nombre indica un secreto"),
            Evidence = evidence,
            Fix = new Fix
            {
                Advice = new(
                    "Encrypt in the application with a key that the database never sees (AES-256-GCM, bound to row and field), or store only a "
                    + "hash if the value is only compared. Then rotate every secret that was stored here: old dumps and WAL still contain it.",
                    "Cifre en la aplicación con una clave que la base de datos nunca vea (AES-256-GCM, ligado a fila y campo), o guarde solo un "
                    + "hash si solo se compara. Después renueve todo secreto que haya estado aquí: volcados y WAL antiguos aún lo contienen."),
            },
        };
    }
}
