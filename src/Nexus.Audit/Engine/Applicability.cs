namespace Nexus.Audit;

/// <summary>
/// A filter for the findings of every check: one about a relation that is not judged is dropped, and a fix that the auditing role has no right to run
/// is not applicable and says whose it is. The one place, so that no check can forget it.
/// </summary>
internal sealed class Applicability(AuditedRelations relations, IReadOnlySet<string> roles)
{
    // https://www.postgresql.org/docs/current/sql-alterrole.html: superusers anybody's settings, CREATEROLE those of others (since 16 with ADMIN on
    // them), everybody his own.
    private const string RolesSql = """
        SELECT r.rolname::text FROM pg_catalog.pg_roles r JOIN pg_catalog.pg_roles me ON me.rolname = current_user
        WHERE me.rolsuper OR r.oid = me.oid OR (me.rolcreaterole AND NOT r.rolsuper
            AND (pg_catalog.current_setting('server_version_num')::int < 160000 OR pg_catalog.pg_has_role(me.oid, r.oid, 'MEMBER WITH ADMIN OPTION')))
        """;

    public static async Task<Applicability> ReadAsync(AuditConnection connection, AuditedRelations relations, CancellationToken cancellationToken) =>
        new(
        relations, (await connection.InTransactionAsync(() => connection.QueryAsync(RolesSql, row => row.GetText(0), [], cancellationToken),
            cancellationToken).ConfigureAwait(false)).ToHashSet());

    public CheckResult Filter(CheckResult result) => result.Findings.Count == 0 ? result : CheckResult.From(
        result.Check, [.. result.Findings.Where(finding => finding.Relation == 0 || relations.Contains(finding.Relation)).Select(Judge)],
            result.NotSeen);

    private Finding Judge(Finding finding)
    {
        if (!finding.Fix.CanApply) return finding;
        if (finding.Role is { } role && !roles.Contains(role))
        {
            return Refuse(finding, new(
                $"This role may not change the settings of {role}: a superuser, or a role with CREATEROLE and ADMIN on it, can apply it.",
                $"Este rol no puede cambiar los ajustes de {role}: puede aplicarlo un superusuario o un rol con CREATEROLE y ADMIN sobre él."));
        }
        if (relations.Find(finding.Relation) is not { } relation) return finding;
        if (!relation.MayAlter) return Refuse(finding,
            new($"Only its owner {relation.Owner} can apply it.", $"Solo puede aplicarlo su dueño {relation.Owner}."));
        return relation.MayCreate || !finding.Fix.Sql.Any(sql => sql.StartsWith("CREATE ", StringComparison.Ordinal)) ? finding
            : Refuse(finding, new($"It needs CREATE on the schema {relation.Schema}.", $"Necesita CREATE sobre el esquema {relation.Schema}."));
    }

    private static Finding Refuse(Finding finding, Bilingual reason) => finding with
    {
        Fix = finding.Fix with { CanApply = false, Advice = new($"{finding.Fix.Advice.En} {reason.En}", $"{finding.Fix.Advice.Es} {reason.Es}") },
    };
}
