using System.Globalization;

namespace Nexus.Audit;

/// <summary>Keys that run out of numbers: sequences near the end of their type, and Telegram's ids, which no longer fit 32 bits.</summary>
internal sealed class J3NarrowKeys : AuditCheck
{
    // A sequence ends at its own limit or at that of the column it fills, whichever comes first. One that wraps round is meant to.
    private const string SequencesSql = """
        SELECT c.oid, n.nspname::text, c.relname::text, a.attname::text, t.typname::text, s.schemaname::text, s.sequencename::text, s.last_value,
            CASE WHEN s.increment_by > 0 THEN least(s.max_value, l.largest) ELSE greatest(s.min_value, -l.largest) END,
            pg_catalog.has_schema_privilege(n.oid, 'USAGE')
                AND pg_catalog.has_sequence_privilege(q.oid, 'USAGE, SELECT'),
                    greatest(c.reltuples::bigint, pg_catalog.pg_stat_get_live_tuples(c.oid), 0),
            a.attnum, pg_catalog.format_type(a.atttypid, a.atttypmod), s.data_type::text, s.min_value, s.max_value, s.increment_by
        FROM pg_catalog.pg_sequences s
        JOIN pg_catalog.pg_namespace sn ON sn.nspname = s.schemaname
        JOIN pg_catalog.pg_class q ON q.relname = s.sequencename AND q.relnamespace = sn.oid
        JOIN LATERAL (
            SELECT d.refobjid AS relation, d.refobjsubid AS number FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_class'::regclass
                AND d.objid = q.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
            UNION
            SELECT f.adrelid, f.adnum FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_attrdef f ON f.oid = d.objid
                WHERE d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = q.oid) u ON true
        JOIN pg_catalog.pg_class c ON c.oid = u.relation AND c.oid = ANY ($1::bigint[]::oid[])
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.number
        JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
        JOIN pg_catalog.pg_type t ON t.oid = CASE y.typtype WHEN 'd' THEN y.typbasetype ELSE y.oid END
        CROSS JOIN LATERAL (SELECT CASE y.typtype WHEN 'd' THEN y.typtypmod ELSE a.atttypmod END - 4) m (modifier)
        CROSS JOIN LATERAL (SELECT CASE WHEN t.typname = 'int2' THEN 32767 WHEN t.typname = 'int4' THEN 2147483647
            -- Digits before the point: https://www.postgresql.org/docs/current/datatype-numeric.html, the precision is in the upper half.
            WHEN t.typname = 'numeric' AND m.modifier >= 0 AND (m.modifier >> 16) - (m.modifier & 2047) BETWEEN 1 AND 18
                THEN power(10::numeric, (m.modifier >> 16) - (m.modifier & 2047))::bigint - 1
            ELSE 9223372036854775807 END) l (largest)
        WHERE NOT s.cycle
        """;

    // Tables that number their own rows, and those that have a column of such a name beside it.
    private const string NumberedSql = """
        SELECT c.oid, c.relname::text, EXISTS (SELECT FROM pg_catalog.pg_attribute o WHERE o.attrelid = c.oid AND o.attnum > 0
                AND o.attname IN ('user_id', 'userid') AND NOT o.atthasdef AND o.attidentity = ''),
            EXISTS (SELECT FROM pg_catalog.pg_attribute o WHERE o.attrelid = c.oid AND o.attnum > 0 AND o.attname IN ('chat_id', 'chatid'))
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
        WHERE c.oid = ANY ($1::bigint[]::oid[]) AND a.attname IN ('id', 'user_id', 'userid') AND a.attnum > 0
            AND (a.atthasdef OR a.attidentity <> '')
        """;

    private const string ForeignSql =
        "SELECT DISTINCT k.conrelid, u.number FROM pg_catalog.pg_constraint k CROSS JOIN LATERAL pg_catalog.unnest(k.conkey) AS u(number) WHERE "
        + "k.contype = 'f'";

    private static readonly HashSet<string> TelegramIds = ["chat_id", "chatid", "telegram_id", "telegram_user_id", "telegram_chat_id", "tg_id",
        "tg_user_id", "tg_chat_id", "telegramid", "tgid", "from_user_id"];

    /// <summary>What tables of an application's own users and chats are called, as the last word: auth_user, AppUsers, chat_rooms.</summary>
    private static readonly HashSet<string> Users = ["user", "users", "account", "accounts", "member", "members", "customer", "customers", "person",
        "people", "profile", "profiles", "employee", "employees", "usuario", "usuarios", "cliente", "clientes", "cuenta", "cuentas"];

    private static readonly HashSet<string> Chats = ["chat", "chats", "conversation", "conversations", "room", "rooms", "dialog", "dialogs",
        "conversacion", "conversaciones", "sala", "salas"];

    private sealed record SequenceUse(uint TableOid, string Schema, string Table, string Column, string Type, string SequenceSchema, string Sequence,
        long? Last, long Limit, bool IsReadable, long Rows, short Number, string Declared, string DataType, long Least, long Largest, long Step)
    {
        /// <summary>The part of the numbers between 0 and the end that are used.</summary>
        public double Share => Math.Max(0, (double)(Last ?? 0) / (Limit == 0 ? 1 : Limit));

        /// <summary>Whether the column ends before bigint does.</summary>
        public bool IsColumnNarrow => Type is "int2" or "int4" or "numeric";
    }

    public override string Id => "J3";

    public override Bilingual Title { get; } = new("Key that runs out of numbers", "Clave que se queda sin números");

    public override Bilingual Positive { get; } = new("Keys have enough numbers left", "A las claves les quedan números de sobra");

    public override Bilingual SeverityRule { get; } = new(
        "critical from 90 % of the numbers used and for Telegram ids stored as integer, high from 70 %, medium from 50 %",
        "crítica desde el 90 % de los números usados y para ids de Telegram en integer, alta desde el 70 %, media desde el 50 %");

    public override Bilingual FalsePositives { get; } = new(
        "lookup tables use few numbers; user_id and chat_id count as Telegram's only without a foreign key and without a table of users or chats "
        + "with its own numbering",
        "las tablas de consulta usan pocos números; user_id y chat_id solo se toman por los de Telegram si no tienen clave foránea ni hay una tabla "
        + "de usuarios o de chats con numeración propia");

    public override async Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var findings = new List<Finding>();
        var sequences = await context.QueryAsync(SequencesSql, row => new SequenceUse(
            row.Oid(0), row.GetText(1), row.GetText(2), row.GetText(3), row.GetText(4), row.GetText(5), row.GetText(6), row.Long(7),
                row.GetInt64(8), row.GetBoolean(9), row.GetInt64(10), row.GetInt16(11), row.GetText(12), row.GetText(13), row.GetInt64(14),
                row.GetInt64(15), row.GetInt64(16)), context.Relations.Declared).ConfigureAwait(false);
        var used = sequences.Where(sequence => sequence.IsReadable && Judge(sequence.Share) is not null).ToList();
        var dependents = await ColumnDependents.ReadAsync(context, used.Select(sequence => (sequence.TableOid, sequence.Number)))
            .ConfigureAwait(false);
        foreach (var sequence in sequences)
        {
            if (!sequence.IsReadable)
            {
                context.CannotSee(
                    new($"no SELECT privilege on the sequence {sequence.SequenceSchema}.{sequence.Sequence}",
                        $"falta el privilegio SELECT sobre la secuencia {sequence.SequenceSchema}.{sequence.Sequence}"),
                    $"GRANT SELECT ON SEQUENCE {SafeSql.Name(sequence.SequenceSchema, sequence.Sequence)} TO {SafeSql.Name(context.Server.User)}");
                continue;
            }
            if (Judge(sequence.Share) is { } severity) findings.Add(OfSequence(sequence, severity, dependents));
        }
        var narrow = (await ColumnDefinition.ReadAsync(context, "int2", "int4").ConfigureAwait(false))
            .Where(column => TelegramIds.Contains(column.Name.ToLowerInvariant()) || IsUserId(column)).ToList();
        if (narrow.Count == 0) return findings;
        var ofNarrow = await ColumnDependents.ReadAsync(context, narrow.Select(column => (column.TableOid, column.Number))).ConfigureAwait(false);
        var foreign = (await context.QueryAsync(ForeignSql, row => (row.Oid(0), row.GetInt16(1))).ConfigureAwait(false)).ToHashSet();
        var numbered = await context.QueryAsync(NumberedSql,
            row => (Words: Words.Split(row.GetText(1)), HasUserId: row.GetBoolean(2), HasChatId: row.GetBoolean(3)), context.Relations.Declared)
            .ConfigureAwait(false);
        // A table of users that has a user_id beside its own number keeps somebody else's numbers in it.
        var hasOwnUsers = numbered.Exists(table => table.Words.Count > 0 && Users.Contains(table.Words[^1]) && !table.HasUserId);
        var hasOwnChats = numbered.Exists(table => table.Words.Count > 0 && Chats.Contains(table.Words[^1]) && !table.HasChatId);
        findings.AddRange(narrow.Where(column => !foreign.Contains((column.TableOid, column.Number)) && !(IsUserId(column) && hasOwnUsers)
            && !(IsChatId(column) && hasOwnChats)).Select(column => OfTelegram(column, ofNarrow)));
        return findings;
    }

    private static bool IsChatId(ColumnDefinition column) =>
        column.Name.Equals("chat_id", StringComparison.OrdinalIgnoreCase) || column.Name.Equals("chatid", StringComparison.OrdinalIgnoreCase);

    private static bool IsUserId(ColumnDefinition column) =>
        column.Name.Equals("user_id", StringComparison.OrdinalIgnoreCase) || column.Name.Equals("userid", StringComparison.OrdinalIgnoreCase);

    private static AuditSeverity? Judge(double share) => share switch
    {
        >= 0.9 => AuditSeverity.Critical,
        >= 0.7 => AuditSeverity.High,
        >= 0.5 => AuditSeverity.Medium,
        _ => null,
    };

    private static Finding OfSequence(SequenceUse use, AuditSeverity severity, ColumnDependents dependents)
    {
        var percent = 100.0 * use.Share;
        var name = $"{use.Schema}.{use.Table}.{use.Column}";
        return new Finding
        {
            Severity = severity,
            Confidence = AuditConfidence.Measured,
            Object = name,
            Relation = use.TableOid,
            Found = new(
                $"{percent:0.#} % of the numbers of {name} are used; when they run out, every insert fails",
                $"se ha usado el {percent:0.#} % de los números de {name}; al agotarse falla toda inserción"),
            Evidence =
            [
                Evidence.Of("used", percent, "numbers used", "números usados", "%"),
                Evidence.Of("limit", use.Limit, "last number that fits", "último número que cabe"),
                Evidence.Of("type", use.Declared, "type", "tipo"),
                Evidence.Of("rows", use.Rows, "rows of the table", "filas de la tabla"),
            ],
            Fix = use.IsColumnNarrow
                ? dependents.Apply(Widen(use.Schema, use.Table, use.Column, use.Declared, use), use.TableOid, use.Number, evaluated: false)
                : Extend(use),
        };
    }

    private static Finding OfTelegram(ColumnDefinition column, ColumnDependents dependents) => new()
    {
        Severity = AuditSeverity.Critical,
        Confidence = AuditConfidence.Inferred, // by its name
        Object = column.FullName,
        Relation = column.TableOid,
        Found = new(
            $"{column.FullName} is {SqlType(column.Type)} and named like a Telegram id, which takes up to 52 bits: newer users and channels do not "
            + "fit",
            $"{column.FullName} es {SqlType(column.Type)} y se llama como un id de Telegram, que ocupa hasta 52 bits: los usuarios y canales "
            + "nuevos no caben"),
        Evidence =
        [
            Evidence.Of("rows", column.Rows, "rows of the table", "filas de la tabla"),
            Evidence.Of("type", SqlType(column.Type), "type", "tipo"),
        ],
        Fix = column.IsGenerated ? Widen(column.Schema, column.Table, column.Name, column.Declared, null) with { Sql = [], Rollback = [] }
            : dependents.Apply(Widen(column.Schema, column.Table, column.Name, column.Declared, null), column.TableOid, column.Number,
                evaluated: false),
    };

    private static string SqlType(string type) => type switch { "int2" => "smallint", "int4" => "integer", _ => "bigint" };

    private static Fix Widen(string schema, string table, string column, string declared, SequenceUse? use)
    {
        string Change(string to) => $"ALTER TABLE {SafeSql.Name(schema, table)} ALTER COLUMN {SafeSql.Name(column)} TYPE {to}";
        var (on, back) = use is null ? ([], []) : Continue(use);
        return new Fix
        {
            Advice = new(
                "Change it and every column that references it to bigint. The change rewrites the table under an exclusive lock: for a large table "
                + "add a bigint column, maintain it with a trigger, fill the old rows in batches, build its index concurrently and swap the two in "
                + "one transaction.",
                "Páselo a bigint, igual que toda columna que apunte a él. El cambio reescribe la tabla con bloqueo exclusivo: en una grande, "
                + "añada una columna bigint, manténgala con un trigger, rellene por lotes, cree su índice de forma concurrente e "
                + "intercámbielas en una transacción."),
            Sql = [SafeSql.LockTimeout, Change("bigint"), .. on],
            Rollback = [SafeSql.LockTimeout, Change(declared), .. back],
        };
    }

    private static Fix Extend(SequenceUse use)
    {
        var (on, back) = Continue(use);
        return new Fix
        {
            Advice = on.Length == 0
                ? new("Start again where numbers are free, or use another key: bigint itself ends here.",
                    "Vuelva a empezar donde haya números libres, o use otra clave: aquí termina el propio bigint.")
                : new("The column has room: only the sequence ends. Extending it changes the catalogue alone.",
                    "La columna tiene sitio: solo termina la secuencia. Ampliarla cambia solo el catálogo."),
            Sql = on.Length == 0 ? [] : [SafeSql.LockTimeout, .. on],
            Rollback = back.Length == 0 ? [] : [SafeSql.LockTimeout, .. back],
        };
    }

    /// <summary>How the sequence goes on to the end of bigint, and back; nothing where it does already.</summary>
    private static (string[] On, string[] Back) Continue(SequenceUse use)
    {
        var sequence = SafeSql.Name(use.SequenceSchema, use.Sequence);
        var (word, end, natural) = use.Step > 0
            ? ("MAXVALUE", use.Largest, use.DataType switch { "smallint" => short.MaxValue, "integer" => int.MaxValue, _ => long.MaxValue })
            : ("MINVALUE", use.Least, use.DataType switch { "smallint" => short.MinValue, "integer" => int.MinValue, _ => long.MinValue });
        if (use.DataType == "bigint" && end == natural) return ([], []);
        // A limit that is not the type's own stays when the type changes.
        return ([$"ALTER SEQUENCE {sequence} AS bigint{(end == natural ? "" : $" NO {word}")}"],
            [string.Create(CultureInfo.InvariantCulture, $"ALTER SEQUENCE {sequence} AS {use.DataType} {word} {end}")]);
    }
}
