namespace Nexus.Audit;

/// <summary>
/// A function that runs with its owner's rights and finds names by its caller's search path: the caller can put objects of his own in front.
/// </summary>
internal sealed class S6DefinerWithoutPath : AuditCheck
{
    // A body in the SQL standard's form is bound when the function is made; internal and C functions look up nothing.
    private const string Sql = $"""
        SELECT p.oid::regprocedure::text, n.nspname::text, p.proname::text, r.rolname::text, r.rolsuper,
            pg_catalog.has_function_privilege('public', p.oid, 'EXECUTE')
        FROM pg_catalog.pg_proc p
        JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
        JOIN pg_catalog.pg_language l ON l.oid = p.prolang
        JOIN pg_catalog.pg_roles r ON r.oid = p.proowner
        WHERE p.prosecdef AND l.lanname NOT IN ('internal', 'c') AND p.prosqlbody IS NULL AND {AuditedRelations.IsAuditedSchema}
            AND NOT EXISTS (SELECT FROM pg_catalog.unnest(p.proconfig) AS s WHERE s LIKE 'search\_path=%')
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
        ORDER BY 1
        """;

    private sealed record Function(string Signature, string Schema, string Name, string Owner, bool IsOwnerSuper, bool IsPublic);

    public override string Id => "S6";

    public override Bilingual Title { get; } =
        new("SECURITY DEFINER function without a search path", "Función SECURITY DEFINER sin ruta de búsqueda");

    public override Bilingual Positive { get; } =
        new("SECURITY DEFINER functions set their search path", "Las funciones SECURITY DEFINER fijan su ruta de búsqueda");

    public override Bilingual SeverityRule { get; } = new("medium", "gravedad media");

    public override Bilingual FalsePositives { get; } = new(
        "functions of extensions, in C, or with a body bound at creation (BEGIN ATOMIC) are not reported",
        "no se señalan las funciones de extensiones, en C o con cuerpo enlazado al crearlas (BEGIN ATOMIC)");

    public override async Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var functions = await context.QueryAsync(Sql,
            row => new Function(row.GetText(0), row.GetText(1), row.GetText(2), row.GetText(3), row.GetBoolean(4), row.GetBoolean(5)))
                .ConfigureAwait(false);
        return [.. functions.Select(MakeFinding)];
    }

    private static Finding MakeFinding(Function function) => new()
    {
        Severity = AuditSeverity.Medium,
        Confidence = AuditConfidence.Measured,
        Object = function.Signature,
        Found = new(
            $"{function.Signature} runs as {function.Owner} but resolves tables and functions by its caller's search path",
            $"{function.Signature} se ejecuta como {function.Owner} pero resuelve tablas y funciones con la ruta de búsqueda de quien la llama"),
        Evidence =
        [
            Evidence.Of("ownerIsSuperuser", function.IsOwnerSuper ? 1 : 0, "owned by a superuser", "su dueño es superusuario"),
            Evidence.Of("publicMayCall", function.IsPublic ? 1 : 0, "PUBLIC may call it", "cualquiera puede llamarla"),
        ],
        Fix = new Fix
        {
            Advice = new(
                "Set the path to the schemas whose objects it uses, with pg_temp last; the statement names its own schema. Test the function "
                + "afterwards: it may resolve other objects.",
                "Fije la ruta a los esquemas cuyos objetos usa, con pg_temp al final; la sentencia indica su propio esquema. Pruebe después la "
                + "función: puede resolver otros objetos."),
            Sql = [SafeSql.LockTimeout, $"ALTER ROUTINE {function.Signature} SET search_path = {SafeSql.Name(function.Schema)}, pg_temp"],
            Rollback = [SafeSql.LockTimeout, $"ALTER ROUTINE {function.Signature} RESET search_path"],
        },
    };
}
