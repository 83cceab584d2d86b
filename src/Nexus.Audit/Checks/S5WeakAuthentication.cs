namespace Nexus.Audit;

/// <summary>Rules of pg_hba.conf that let in without a password or with one that is badly protected.</summary>
internal sealed class S5WeakAuthentication : AuditCheck
{
    private const string Sql = """
        SELECT h.type, coalesce(pg_catalog.array_to_string(h.database, ','), ''), coalesce(pg_catalog.array_to_string(h.user_name, ','), ''),
            coalesce(h.address, ''), coalesce(h.netmask, ''), h.auth_method,
            coalesce(pg_catalog.array_to_string(h.options, ' '), '')
        FROM pg_catalog.pg_hba_file_rules h WHERE h.auth_method IN ('trust', 'md5', 'password') ORDER BY h.line_number
        """;

    // Only how the verifiers begin is asked; superusers alone may.
    private const string VerifiersSql = "SELECT count(*) FILTER (WHERE a.rolpassword LIKE 'md5%') FROM pg_catalog.pg_authid a WHERE a.rolcanlogin";

    private sealed record Rule(string Type, string Databases, string Users, string Address, string Mask, string Method, string Options)
    {
        public bool IsLocal => Type == "local" || Address is "samehost" or "localhost" or "::1"
            || (Address.StartsWith("127.", StringComparison.Ordinal) && Mask.StartsWith("255.", StringComparison.Ordinal));

        public override string ToString() => string.Join(' ', new[] { Type, Databases, Users, Address, Mask, Method }.Where(part => part.Length > 0));
    }

    public override string Id => "S5";

    public override Bilingual Title { get; } = new("Weak authentication", "Autenticación débil");

    public override Bilingual Positive { get; } = new("Passwords are checked with SCRAM", "Las contraseñas se comprueban con SCRAM");

    public override Bilingual SeverityRule { get; } = new(
        "trust for other machines critical; md5 or clear-text password high; md5 where every password is SCRAM already, low; trust on this machine "
        + "info",
        "trust para otras máquinas crítica; md5 o contraseña en texto plano alta; md5 cuando todas las contraseñas ya son SCRAM, baja; trust en esta "
        + "máquina informativa");

    public override Bilingual FalsePositives { get; } = new(
        "rules behind an earlier reject, or with clientcert=verify-full, which are not reported; trust on loopback in development",
        "reglas detrás de un reject anterior o con clientcert=verify-full, que no se señalan; trust en loopback durante el desarrollo");

    public override bool IsAboutServer => true;

    public override async Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var rules = new List<Rule>();
        var user = SafeSql.Name(context.Server.User);
        var error = await context.TryAsync(async () => rules = await context.QueryAsync(
            Sql, row => new Rule(row.GetText(0), row.GetText(1), row.GetText(2), row.GetText(3), row.GetText(4), row.GetText(5),
                row.GetText(6))).ConfigureAwait(false)).ConfigureAwait(false);
        if (error is not null)
        {
            context.CannotSee(
                new("only superusers may read the rules of pg_hba.conf", "solo los superusuarios pueden leer las reglas de pg_hba.conf"),
                $"GRANT SELECT ON pg_catalog.pg_hba_file_rules TO {user}; GRANT EXECUTE ON FUNCTION pg_catalog.pg_hba_file_rules() TO {user}");
        }
        long? old = null;
        await context.TryAsync(async () => old = (await context.QueryAsync(VerifiersSql, row => row.GetInt64(0)).ConfigureAwait(false))[0])
            .ConfigureAwait(false);
        var weak = rules.Where(rule => !rule.Options.Contains("clientcert=verify-full", StringComparison.Ordinal)).DistinctBy(rule => rule.ToString())
            .ToLookup(rule => rule is { Method: "trust", IsLocal: true });
        var findings = weak[false].Select(rule => OfRule(rule, old)).ToList();
        if (weak[true].Any()) findings.Add(OfThisMachine([.. weak[true]]));
        if (context.Server.Settings.GetValueOrDefault("password_encryption") == "md5") findings.Add(OfSetting());
        return findings;
    }

    private static Finding OfRule(Rule rule, long? old)
    {
        var severity = rule.Method switch
        {
            "trust" => AuditSeverity.Critical,
            "password" => rule.IsLocal ? AuditSeverity.Medium : AuditSeverity.High,
            // The method md5 uses SCRAM for roles with a SCRAM verifier: https://www.postgresql.org/docs/current/auth-password.html.
            _ => old == 0 ? AuditSeverity.Low : AuditSeverity.High,
        };
        var (en, es) = rule.Method switch
        {
            "trust" => ("allows login without a password", "permite entrar sin contraseña"),
            "password" => ("sends the password in clear text", "envía la contraseña en texto plano"),
            _ => ("uses MD5: a stolen hash is enough to log in", "usa MD5: basta un hash robado para entrar"),
        };
        var evidence = new List<Evidence> { Evidence.Of("rule", rule.ToString(), "rule", "regla") };
        if (old is { } count) evidence.Add(Evidence.Of("md5Passwords", count, "roles whose password is stored as MD5",
            "roles con la contraseña guardada en MD5"));
        return new Finding
        {
            Severity = severity,
            Confidence = AuditConfidence.Measured,
            Object = $"pg_hba {rule}",
            Found = new($"the rule \"{rule}\" of pg_hba.conf {en}", $"la regla «{rule}» de pg_hba.conf {es}"),
            Evidence = evidence,
            Fix = UseScram,
        };
    }

    /// <summary>One finding for all: initdb writes six.</summary>
    private static Finding OfThisMachine(List<Rule> rules) => new()
    {
        Severity = AuditSeverity.Info,
        Confidence = AuditConfidence.Measured,
        Object = "pg_hba trust on this machine",
        Found = new(
            "anyone who can log in to the server's machine can use the database as any role, without a password",
            "cualquiera que pueda entrar en la máquina del servidor puede usar la base de datos con cualquier rol, sin contraseña"),
        Evidence =
        [
            Evidence.Of("rules", rules.Count, "rules", "reglas"),
            Evidence.Of("rule", rules[0].ToString(), "the first", "la primera"),
        ],
        Fix = UseScram,
    };

    private static Fix UseScram { get; } = new()
    {
        Advice = new(
            "Store passwords as SCRAM (set them again after changing password_encryption), then write scram-sha-256 into that line of pg_hba.conf "
            + "and reload. Test one connection before closing the last.",
            "Guarde las contraseñas con SCRAM (vuelva a fijarlas tras cambiar password_encryption), escriba scram-sha-256 en esa línea de "
            + "pg_hba.conf y recargue. Pruebe una conexión antes de cerrar la última."),
    };

    private static Finding OfSetting() => new()
    {
        Severity = AuditSeverity.High,
        Confidence = AuditConfidence.Measured,
        Object = "setting password_encryption",
        Found = new("new passwords are stored as MD5", "las contraseñas nuevas se guardan con MD5"),
        Evidence = [Evidence.Of("passwordEncryption", "md5", "password_encryption", "valor de password_encryption")],
        Fix = new Fix
        {
            Advice = new("Store them as SCRAM and set every password again: stored passwords do not change automatically.",
                "Guárdelas con SCRAM y fije de nuevo cada contraseña: las ya guardadas no cambian solas."),
            Sql = ["ALTER SYSTEM SET password_encryption = 'scram-sha-256'", "SELECT pg_catalog.pg_reload_conf()"],
            Rollback = ["ALTER SYSTEM SET password_encryption = 'md5'", "SELECT pg_catalog.pg_reload_conf()"],
        },
    };
}
