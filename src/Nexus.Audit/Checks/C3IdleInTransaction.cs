namespace Nexus.Audit;

/// <summary>Transactions that wait for their client: they keep locks, and dead rows from being removed.</summary>
internal sealed class C3IdleInTransaction(Thresholds thresholds) : AuditCheck
{
    public C3IdleInTransaction()
        : this(Thresholds.Of(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30)))
    {
    }

    public override string Id => "C3";

    public override Bilingual Title { get; } = new("Transactions left open", "Transacciones abiertas sin actividad");

    public override Bilingual Positive { get; } = new("No transaction is left open", "Ninguna transacción queda abierta sin actividad");

    public override Bilingual SeverityRule { get; } = new(
        "idle in a transaction: critical from 30 minutes, high from 5, medium from 1",
        "inactiva dentro de una transacción: crítica desde 30 minutos, alta desde 5, media desde 1");

    public override Bilingual FalsePositives { get; } = new("a supervised migration", "una migración supervisada");

    public override AuditNeeds Needs => AuditNeeds.Activity;

    public override Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var findings = context.Window.Samples.LastOrDefault([])
            .Where(session => session.Database == context.Server.Database
                && session.State?.StartsWith("idle in transaction", StringComparison.Ordinal) == true
                && thresholds.Judge(session.StateAge ?? 0) is not null)
            .GroupBy(session => (session.User, session.Application))
            .Select(group => MakeFinding(context.Server.Database, group.Key.User ?? "", group.Key.Application, group.Count(),
                group.Max(session => session.StateAge!.Value), group.Max(session => session.TransactionAge ?? 0)));
        return Task.FromResult<IReadOnlyList<Finding>>([.. findings]);
    }

    private Finding MakeFinding(string database, string user, string application, int count, double idle, double open) => new()
    {
        Severity = thresholds.Judge(idle)!.Value,
        Confidence = AuditConfidence.Measured,
        Object = application.Length == 0 ? $"role {user}" : $"role {user}, application {application}",
        Role = user,
        Found = new(
            $"{count} sessions of {user} are idle inside a transaction, the longest for {idle:0} s; their locks stay in place",
            $"{count} sesiones de {user} están inactivas dentro de una transacción, la más larga desde hace {idle:0} s; sus bloqueos siguen activos"),
        Evidence =
        [
            Evidence.Of("idleSeconds", idle, "longest idle time", "mayor tiempo inactiva", "s"),
            Evidence.Of("transactionSeconds", open, "oldest transaction", "transacción más antigua", "s"),
            Evidence.Of("sessions", count, "sessions", "sesiones"),
        ],
        Fix = new Fix
        {
            Advice = new(
                "Find what the program waits for between BEGIN and COMMIT (a network call, user input) and move it out of the transaction. A "
                + "timeout ends forgotten transactions; it applies to new connections.",
                "Busque a qué espera el programa entre BEGIN y COMMIT (una llamada de red, una persona) y sáquelo de la transacción. Un límite de "
                + "tiempo termina las transacciones olvidadas; se aplica a las conexiones nuevas."),
            Sql = [$"ALTER ROLE {SafeSql.Name(user)} IN DATABASE {SafeSql.Name(database)} SET idle_in_transaction_session_timeout = '60s'"],
            Rollback = [$"ALTER ROLE {SafeSql.Name(user)} IN DATABASE {SafeSql.Name(database)} RESET idle_in_transaction_session_timeout"],
            CanApply = user.Length > 0,
        },
    };
}
