namespace Nexus.Audit;

/// <summary>
/// Functions of extensions, the only ones outside of pg_catalog that the audit calls: written in C, a superuser's, and a member of the extension with
/// exactly these arguments. A call names a schema, and the schema's owner may rename it and put another in its place between any check and any call:
/// it must be a superuser's, or belong to a role whose rights the audit has anyway.
/// </summary>
/// <param name="Name">With its schema, quoted; null when <paramref name="Untrusted"/> says why not.</param>
/// <param name="Untrusted">The schema's owner who could replace it.</param>
internal sealed record ExtensionFunction(string? Name, string? Untrusted)
{
    /// <summary>Null when the extension has no such function.</summary>
    /// <param name="connection">In a transaction.</param>
    /// <param name="extension">The extension.</param>
    /// <param name="name">The function.</param>
    /// <param name="argument">The type of its one argument, such as <c>regclass</c>; empty for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ExtensionFunction?> FindAsync(AuditConnection connection, string extension, string name, string argument,
        CancellationToken cancellationToken) =>
        (await connection.QueryAsync(
            ExtensionFunctionSql.Find,
            row => row.GetBoolean(3) ? new ExtensionFunction(SafeSql.Name(row.GetText(0), row.GetText(1)), null)
                : new ExtensionFunction(null, row.GetText(2)),
            [extension, name, argument],
            cancellationToken).ConfigureAwait(false)).FirstOrDefault();
}
