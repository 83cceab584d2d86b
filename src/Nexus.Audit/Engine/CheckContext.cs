using Npgsql;

namespace Nexus.Audit;

/// <summary>What a check works with: the server's facts, the window's measurements, and read-only queries in its own transaction.</summary>
internal sealed class CheckContext(AuditConnection connection, ServerFacts server, WindowData window, CancellationToken cancellationToken)
{
    private readonly List<NotSeen> _notSeen = [];

    /// <summary>Version, role, settings, extensions.</summary>
    public ServerFacts Server => server;

    /// <summary>What happened during the window.</summary>
    public WindowData Window => window;

    /// <summary>Which relations are judged: every check asks here, so that all have the same filters.</summary>
    public AuditedRelations Relations => window.Relations;

    /// <summary>The server's time at the end of the window.</summary>
    public DateTimeOffset Now => window.EndedAt;

    /// <summary>Gives up the audit.</summary>
    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>What could not be examined so far.</summary>
    public IReadOnlyList<NotSeen> NotSeen => _notSeen;

    /// <summary>Something that the check had to look at and may not, or that is not there to look at.</summary>
    /// <param name="reason">Why, naming the object.</param>
    /// <param name="grant">The statement that lifts it, null where none does.</param>
    public void CannotSee(Bilingual reason, string? grant = null) => _notSeen.Add(new NotSeen(reason, grant));

    /// <summary>The usual case of <see cref="CannotSee"/>: this table's rows may not be read.</summary>
    public void CannotRead(string schema, string table) => CannotSee(
        new($"no SELECT privilege on {schema}.{table}", $"falta el privilegio SELECT sobre {schema}.{table}"),
        $"GRANT SELECT ON {SafeSql.Name(schema, table)} TO {SafeSql.Name(server.User)}");

    /// <summary>
    /// Every row of a query of the server's own catalogue: nothing that a user made is named in it, neither a table nor a view, function or type.
    /// Rows of tables come from
    /// <see cref="RowSample"/> alone. It must begin with its keyword (SELECT, WITH, EXPLAIN).</summary>
    /// <param name="sql">A constant; where a name of the catalogue has to stand in it, quoted by <see cref="SafeSql.Name(string)"/>.</param>
    /// <param name="read">Makes a row.</param>
    /// <param name="parameters">$1, $2, …</param>
    public Task<List<T>> QueryAsync<T>(string sql, Func<NpgsqlDataReader, T> read, params object?[] parameters) =>
        connection.QueryAsync(sql, read, parameters, cancellationToken);

    /// <summary>A function of an extension that may be called: its name, or null where it is not there or may not be trusted.</summary>
    public async Task<string?> FindFunctionAsync(string extension, string name, string argument)
    {
        if (!server.Extensions.ContainsKey(extension)) return null;
        var function = await ExtensionFunction.FindAsync(connection, extension, name, argument, cancellationToken).ConfigureAwait(false);
        return function?.Name;
    }

    /// <summary>COPY … TO STDOUT (FORMAT BINARY); see <see cref="RowSample"/>.</summary>
    public Task<NpgsqlRawCopyStream> CopyAsync(string sql) => connection.CopyAsync(sql, cancellationToken);

    /// <summary>
    /// Does work that may fail without ending the check's transaction, such as reading rows of a table on which the role has no privilege.
    /// </summary>
    /// <returns>Null when it worked, otherwise the SQLSTATE (42501 no privilege, 57014 out of time, 55P03 locked).</returns>
    public Task<string?> TryAsync(Func<Task> work) => connection.TryAsync(work, cancellationToken);
}

/// <summary>What a check could not examine.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Grant">The statement that lifts it, null where none does.</param>
internal sealed record NotSeen(Bilingual Reason, string? Grant);
