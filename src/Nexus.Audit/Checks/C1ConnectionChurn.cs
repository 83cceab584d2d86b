namespace Nexus.Audit;

/// <summary>Connections that are opened for an operation or two: what a missing pool looks like from the server.</summary>
internal sealed class C1ConnectionChurn : AuditCheck
{
    /// <summary>A health check or an exporter connects every few seconds; less than this is not an application's way of working.</summary>
    private const double LeastPerSecond = 0.2;

    private const int FewestSessions = 2;

    public override string Id => "C1";

    public override Bilingual Title { get; } = new("A new connection for each operation", "Una conexión nueva por operación");

    public override Bilingual Positive { get; } = new("Connections are pooled: clients keep them for many operations",
            "Las conexiones se reutilizan: los clientes las conservan durante muchas operaciones");

    public override Bilingual SeverityRule { get; } = new(
        "connections opened and closed again, per transaction: critical from 0.3 and 5/s, high from 0.1 and 1/s, medium from 0.02 and 0.2/s",
        "conexiones abiertas y cerradas, por transacción: crítica desde 0,3 y 5/s, alta desde 0,1 y 1/s, media desde 0,02 y 0,2/s");

    public override Bilingual FalsePositives { get; } = new(
        "exporters and health checks connect rarely and stay below 0.2/s; a pool that fills up does not close its connections and is not counted",
        "los exportadores y sondas se conectan poco y quedan por debajo de 0,2/s; un pool que se llena no cierra sus conexiones y no se cuenta");

    public override AuditNeeds Needs => AuditNeeds.Window;

    public override Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var window = context.Window;
        var sessions = window.Database.ShortSessions;
        var perSecond = window.Database.PerSecond(sessions);
        // The login itself commits a transaction, so that one operation a connection makes 0.5, the ceiling.
        var perTransaction = (double)sessions / Math.Max(1, window.Database.Transactions);
        if (sessions < FewestSessions || Judge(perTransaction, perSecond) is not { } severity) return Task.FromResult<IReadOnlyList<Finding>>([]);

        var clients = window.Samples.SelectMany(sample => sample).Where(session => session.Database == context.Server.Database && session.IsClient)
            .ToList();
        var young = clients.Where(session => session.Age < 1).ToList();
        // Who is hidden may still be named: role and application are visible to everybody.
        var (user, application) = (young.Count > 0 ? young : clients).GroupBy(session => (session.User ?? "", session.Application))
            .OrderByDescending(group => group.Count()).Select(group => group.Key).FirstOrDefault(("", ""));
        var evidence = new List<Evidence>
        {
            Evidence.Of("connectionsPerTransaction", perTransaction, "connections per transaction", "conexiones por transacción"),
            Evidence.Of("connectionsPerSecond", perSecond, "connections opened and closed", "conexiones abiertas y cerradas", "/s"),
            Evidence.Of("transactionsPerSecond", window.Database.PerSecond(window.Database.Transactions), "transactions", "transacciones", "/s"),
            Evidence.Of("meanSessionTime", window.Database.SessionTime / Math.Max(1, window.Database.Sessions), "mean lifetime of a connection",
                "vida media de una conexión", "ms"),
        };
        if (clients.Exists(session => session.Age is not null))
            evidence.Add(Evidence.Of("youngShare", 100.0 * young.Count / clients.Count, "sampled connections younger than 1 s",
                "conexiones muestreadas de menos de 1 s", "%"));
        if (user.Length > 0) evidence.Add(Evidence.Of("role", user, "most frequent role", "rol visto con más frecuencia"));
        if (application.Length > 0) evidence.Add(Evidence.Of("application", application, "most frequent application",
            "aplicación vista con más frecuencia"));
        return Task.FromResult<IReadOnlyList<Finding>>([new Finding
        {
            Severity = severity,
            Confidence = AuditConfidence.Measured,
            Object = $"database {context.Server.Database}",
            Found = new(
                $"{perSecond:0.#} connections a second were opened and closed, {perTransaction:0.###} for each transaction: the application opens a "
                + "connection for each operation instead of using a pool",
                $"se abrieron y cerraron {perSecond:0.#} conexiones por segundo, {perTransaction:0.###} por transacción: la aplicación se conecta "
                + "en cada operación en vez de usar un pool"),
            Evidence = evidence,
            Fix = MakeFix(user, clients),
        }]);
    }

    private static AuditSeverity? Judge(double perTransaction, double perSecond) => (perTransaction, perSecond) switch
    {
        ( >= 0.3, >= 5) => AuditSeverity.Critical,
        ( >= 0.1, >= 1) => AuditSeverity.High,
        ( >= 0.02, >= LeastPerSecond) => AuditSeverity.Medium,
        _ => null,
    };

    private static Fix MakeFix(string user, List<SessionSample> clients)
    {
        var advice = new Bilingual(
            "Use one pool for the whole lifetime of the process (one NpgsqlDataSource, asyncpg.create_pool, …) and take a connection from it for "
            + "each operation. A connection limit on the role keeps a client "
            + "without a pool from exhausting the server; set it once the pool is in place.",
            "Mantenga un solo pool durante toda la vida del proceso (un NpgsqlDataSource, asyncpg.create_pool, …) y tome de él una conexión por "
            + "operación. Un límite de conexiones en el rol evita que un cliente "
            + "sin pool agote el servidor; póngalo cuando el pool ya funcione.");
        if (user.Length == 0) return new Fix { Advice = advice };
        const int fewest = 20;
        var limit = Math.Max(fewest, 2 * clients.Count(session => session.User == user));
        return new Fix
        {
            Advice = advice,
            Sql = [$"ALTER ROLE {SafeSql.Name(user)} CONNECTION LIMIT {limit}"],
            Rollback = [$"ALTER ROLE {SafeSql.Name(user)} CONNECTION LIMIT -1"],
        };
    }
}
