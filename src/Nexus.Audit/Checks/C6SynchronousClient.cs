namespace Nexus.Audit;

/// <summary>A busy client that never does two things at once.</summary>
internal sealed class C6SynchronousClient : AuditCheck
{
    private const double BusyPerSecond = 20, SeenInSamples = 0.8;

    private const int FewestSamples = 5;

    public override string Id => "C6";

    public override Bilingual Title { get; } = new("A client that does one thing at a time", "Un cliente que hace una sola cosa a la vez");

    public override Bilingual Positive { get; } = new("Clients use several connections at once", "Los clientes usan varias conexiones a la vez");

    public override Bilingual SeverityRule { get; } = new(
        "info only: at least 20 transactions a second, and never more than one busy connection of the client in a sample",
        "solo informativa: al menos 20 transacciones por segundo y nunca más de una conexión del cliente ocupada en una muestra");

    public override Bilingual FalsePositives { get; } = new(
        "a job that has to be sequential; a client with little to do", "una tarea que debe ser secuencial; un cliente con poco que hacer");

    public override AuditNeeds Needs => AuditNeeds.Activity | AuditNeeds.Window;

    public override Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var window = context.Window;
        var perSecond = window.Database.PerSecond(window.Database.Transactions);
        if (perSecond < BusyPerSecond || window.Samples.Count < FewestSamples) return Task.FromResult<IReadOnlyList<Finding>>([]);
        var between = window.Seconds / window.Samples.Count;
        var findings = window.Samples
            .SelectMany((sample, i) => sample.Where(session => session.Database == context.Server.Database && session.IsClient
                && IsAtWork(session, between)).Select(session => (Sample: i, session)))
            .GroupBy(entry => (entry.session.User, entry.session.Application, entry.session.Client))
            .Select(group => group.GroupBy(entry => entry.Sample).Select(sample => sample.Count()).ToList() is var counts && counts.Max() == 1
                && counts.Count >= SeenInSamples * window.Samples.Count
                ? MakeFinding(group.Key.User ?? "", group.Key.Application, perSecond, counts.Count, window.Samples.Count) : null)
            .OfType<Finding>();
        return Task.FromResult<IReadOnlyList<Finding>>([.. findings]);
    }

    /// <summary>Also when it came to rest since the last sample.</summary>
    private static bool IsAtWork(SessionSample session, double between) =>
        session.State is "active" or "idle in transaction" || session.StateAge < between;

    private static Finding MakeFinding(string user, string application, double perSecond, int seen, int samples) => new()
    {
        Severity = AuditSeverity.Info,
        Confidence = AuditConfidence.Inferred,
        Object = application.Length == 0 ? $"role {user}" : $"role {user}, application {application}",
        Found = new(
            $"a client of {user} was busy in {seen} of {samples} samples, never with more than one connection, as with a synchronous driver; the "
            + "server cannot see the program itself",
            $"un cliente de {user} estaba ocupado en {seen} de {samples} muestras y nunca con más de una conexión, como con un controlador "
            + "síncrono; el servidor no puede ver el programa"),
        Evidence =
        [
            Evidence.Of("connectionsAtWork", 1, "most busy connections in a sample", "máximo de conexiones ocupadas en una muestra"),
            Evidence.Of("samples", seen, "samples with the client busy", "muestras con el cliente ocupado"),
            Evidence.Of("transactionsPerSecond", perSecond, "transactions in the database", "transacciones en la base de datos", "/s"),
        ],
        Fix = new Fix
        {
            Advice = new(
                "If many users wait for this client, use an asynchronous driver over a pool (Npgsql's async methods, asyncpg instead of psycopg2), "
                + "so that one slow statement does not delay the others.",
                "Si muchos usuarios esperan a este cliente, use un controlador asíncrono sobre un pool (los métodos async de Npgsql, asyncpg en "
                + "vez de psycopg2), para que una sentencia lenta no retrase a las demás."),
        },
    };
}
