using Npgsql;

namespace Nexus.Audit;

/// <summary>Why a check could not look, and what lifts it. The server's own messages are not passed on: they may quote values.</summary>
internal static class NotSeenReasons
{
    public static NotSeen StatisticsReset { get; } = new(
        new("the server's statistics were reset during the window; run the audit again",
            "las estadísticas del servidor se reiniciaron durante la ventana; repita la auditoría"), null);

    public static NotSeen TooManyRows { get; } = new(
        new("the catalogue has more rows than an audit reads", "el catálogo tiene más filas de las que lee una auditoría"), null);

    public static NotSeen MoreFindings(int count) => new(
        new($"{count} more findings of this check are left out of the report", $"se omiten del informe {count} hallazgos más de esta comprobación"),
            null);

    public static NotSeen NeedsVersion(int version) => new(
        new($"needs PostgreSQL {version / 10_000} or newer", $"necesita PostgreSQL {version / 10_000} o posterior"), null);

    /// <summary>
    /// pg_stat_statements converts the texts of all databases to the encoding of this one, and refuses all of them for one that cannot be: a text of
    /// a database without an encoding (SQL_ASCII) may have any bytes.
    /// </summary>
    public static NotSeen StatementsRefused(string state) =>
        state is PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.UntranslatableCharacter
            ? new(
                new("PostgreSQL returns no statement's text: one of them, of any database of this server, has bytes that are invalid in the encoding "
                    + "of this one",
                    "PostgreSQL no devuelve el texto de ninguna sentencia: una de ellas, de cualquier base de este servidor, tiene bytes que no son "
                    + "texto en la codificación de esta"),
                "SELECT pg_stat_statements_reset(0, d.oid, 0) FROM pg_database d WHERE d.datname <> current_database() AND pg_encoding_to_char("
                    + "d.encoding) = 'SQL_ASCII'")
            : new(
                new($"the server refused the statements' texts (SQLSTATE {state})",
                    $"el servidor rechazó los textos de las sentencias (SQLSTATE {state})"), null);

    public static Bilingual HiddenStatements(long count) => new(
        $"{count} statements of other roles are hidden from this role", $"{count} sentencias de otros roles están ocultas para este rol");

    public static Bilingual HiddenSessions(long count) => new(
        $"{count} sessions of other roles are hidden from this role", $"{count} sesiones de otros roles están ocultas para este rol");

    public static string ReadAllStats(ServerFacts server) => $"GRANT pg_read_all_stats TO {SafeSql.Name(server.User)}";

    public static string Monitor(ServerFacts server) => $"GRANT pg_monitor TO {SafeSql.Name(server.User)}";

    public static NotSeen Failed(PostgresException error, ServerFacts server) => error.SqlState switch
    {
        PostgresErrorCodes.InsufficientPrivilege => new(
            new("this role may not read what the check needs", "este rol no puede leer lo que la comprobación necesita"), Monitor(server)),
        PostgresErrorCodes.QueryCanceled => new(
            new("took longer than an audit allows", "tardó más de lo que una auditoría permite"), null),
        PostgresErrorCodes.LockNotAvailable => new(
            new("the objects that it reads are locked", "los objetos que lee están bloqueados"), null),
        _ => new(new($"the server refused it (SQLSTATE {error.SqlState})", $"el servidor lo rechazó (SQLSTATE {error.SqlState})"), null),
    };

    public static NotSeen Defect(Exception error) => new(
        new($"the check failed unexpectedly ({error.GetType().Name})", $"la comprobación falló de forma inesperada ({error.GetType().Name})"), null);
}
