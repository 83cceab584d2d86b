namespace Nexus.Audit;

/// <summary>Rows written one a statement: each pays a round trip, and mostly a commit of its own.</summary>
internal sealed class W1RowByRow : AuditCheck
{
    private const double MostRowsPerCall = 1.2, CommitsPerRow = 0.8, HighPerSecond = 50, MediumPerSecond = 10;

    /// <summary>
    /// Share of the time in transactions that the server waits for the client's next statement. A batch arrives as one and waits once; a loop waits
    /// after each statement (measured on loopback: a loop 0.6, a batch of 100 rows 0.03).
    /// </summary>
    private const double LoopIdleShare = 0.25;

    /// <summary>A transaction that writes each table once is one event; a loop comes back to the same table.</summary>
    private const double LoopCallsPerTransaction = 2;

    /// <summary>In a loop the next statement follows at once; a connection that serves independent events mostly rests.</summary>
    private const double AtOnceSeconds = 0.01, BusyShare = 0.5;

    private const int FewestSeen = 3;

    /// <summary>A job that writes all it has and then rests: four fifths of its writes in a sixth of the window.</summary>
    private const double BurstCalls = 0.8, BurstSlices = 1.0 / 6;

    private const int FewestSlices = 8, FewestInBurst = 50;

    /// <summary>Share of a role's single writes that a table must have to be named.</summary>
    private const double WorthNaming = 0.1;

    private sealed record Writes(string User, WriteTarget Target, List<StatementActivity> Statements)
    {
        public long Calls { get; } = Statements.Sum(statement => statement.Window.Calls);

        public double RowsPerCall => (double)Statements.Sum(statement => statement.Window.Rows) / Calls;
    }

    public override string Id => "W1";

    public override Bilingual Title { get; } = new("Rows written one by one", "Filas escritas de una en una");

    public override Bilingual Positive { get; } =
        new("Rows are written in batches, or as independent events", "Las filas se escriben por lotes o como eventos independientes");

    public override Bilingual SeverityRule { get; } = new(
        "a loop that writes one row per statement, one finding per role: with a commit each, high from 50 a second, medium from 10; inside a "
        + "transaction, one step lower and inferred",
        "un bucle que escribe una fila por sentencia, un hallazgo por rol: con un commit cada una, alta desde 50 por segundo, media desde 10; "
        + "dentro de una transacción, un nivel menos e inferida");

    public override Bilingual FalsePositives { get; } = new(
        "independent events are not reported: transactions that write each table once, and single writes with idle time between them; a client "
        + "that waits for each write is reported",
        "no se señalan los eventos independientes: transacciones que escriben cada tabla una vez y escrituras sueltas con tiempo inactivo entre "
        + "ellas; sí se señala un cliente que espera a cada escritura");

    public override AuditNeeds Needs => AuditNeeds.Window | AuditNeeds.Statements;

    public override Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var explicitly = context.Window.Statements.Where(statement => StatementText.Verb(statement.Text) is "COMMIT" or "END")
            .ToLookup(statement => statement.User, statement => statement.Window.Calls);
        var written = context.Window.Statements
            .Where(statement => statement.Window.Calls > 0 && statement.Key.IsTopLevel)
            .Select(statement => (Statement: statement, Target: WriteTarget.Of(statement.Text)))
            .Where(pair => pair.Target is not null).ToList();
        var rows = written.ToLookup(pair => pair.Statement.User, pair => pair.Statement.Window.Rows);
        var findings = written
            // A multi-row VALUES has an entry for each number of rows: what goes to one table counts together.
            .GroupBy(pair => (pair.Statement.User, pair.Target))
            .Select(group => new Writes(group.Key.User, group.Key.Target!, [.. group.Select(pair => pair.Statement)]))
            .Where(writes => writes.RowsPerCall <= MostRowsPerCall)
            // One program, one cause: how bad it is goes by all that a role writes so.
            .GroupBy(writes => writes.User)
            .Select(role => Judge([.. role], context, rows[role.Key].Sum(), explicitly[role.Key].Sum(),
                context.Window.Database.Commits - explicitly.Sum(user => user.Sum())))
            .OfType<Finding>();
        return Task.FromResult<IReadOnlyList<Finding>>([.. findings]);
    }

    /// <param name="writes">What the role writes with one row a statement, by table.</param>
    /// <param name="context">The window.</param>
    /// <param name="rows">All rows that the role wrote, in whatever way.</param>
    /// <param name="transactions">Transactions that the role ended by itself.</param>
    /// <param name="commits">Implicit commits of the database: those of statements outside of a transaction.</param>
    private static Finding? Judge(List<Writes> writes, CheckContext context, long rows, long transactions, long commits)
    {
        var database = context.Window.Database;
        var idleShare = database.IdleInTransactionTime / Math.Max(0.001, database.IdleInTransactionTime + database.ActiveTime);
        // The database's counters lag behind those of statements; a role's own tell it apart from others.
        var commitsEach = commits >= CommitsPerRow * Math.Min(rows, Math.Max(1, database.RowsWritten));
        // Without an end of its own a transaction of several statements arrived as one: a pipeline, which waits once.
        var transactionsSeen = transactions > 0 ? transactions : context.Server.IsOn("pg_stat_statements.track_utility") == false
            ? database.Commits : long.MaxValue / 2;
        var loops = commitsEach
            ? IsAtOnce(writes, context) ? writes : [.. writes.Where(table => IsAtOnce([table], context) || IsBurst(table))]
            : idleShare < LoopIdleShare ? [] : writes.Where(table => table.Calls / LoopCallsPerTransaction >= transactionsSeen).ToList();
        var all = loops.Sum(table => table.Calls);
        if (commitsEach && all == 0 && context.Window.HiddenSessions > 0
            && context.Window.PerSecond(writes.Sum(table => table.Calls)) >= MediumPerSecond)
            context.CannotSee(NotSeenReasons.HiddenSessions(context.Window.HiddenSessions), NotSeenReasons.ReadAllStats(context.Server));
        return context.Window.PerSecond(all) < MediumPerSecond ? null : MakeFinding(
            [.. loops.Where(table => table.Calls >= WorthNaming * all).OrderByDescending(table => table.Calls)
                .ThenBy(table => table.Target.Table, StringComparer.Ordinal)],
            context.Window, context.Window.PerSecond(all), commitsEach, (double)database.Commits / Math.Max(1, database.RowsWritten), idleShare);
    }

    /// <summary>Whether the connections that write the tables are seen at work, or just finished, or opened for it.</summary>
    private static bool IsAtOnce(List<Writes> writes, CheckContext context)
    {
        var seen = context.Window.Samples.SelectMany(sample => sample)
            .Where(session => session.User == writes[0].User && session.Database == context.Server.Database && session.IsClient
                && WriteTarget.Of(session.Query) is { } target && writes.Exists(table => table.Target == target)).ToList();
        return seen.Count >= FewestSeen && seen.Count(session => session.State == "active" || session.StateAge <= AtOnceSeconds
            || session.Age < 1) >= BusyShare * seen.Count;
    }

    private static bool IsBurst(Writes writes)
    {
        var slices = Enumerable.Range(0, writes.Statements.Max(statement => statement.Slices.Count))
            .Select(i => writes.Statements.Sum(statement => statement.Slices.ElementAtOrDefault(i).Calls)).ToList();
        var burst = slices.OrderDescending().Take((int)Math.Ceiling(BurstSlices * slices.Count)).Sum();
        return slices.Count >= FewestSlices && burst >= FewestInBurst && burst >= BurstCalls * writes.Calls;
    }

    private static Finding MakeFinding(List<Writes> loops, WindowData window, double allPerSecond, bool commitsEach, double commitsPerRow,
        double idleShare)
    {
        var (user, target, statements) = loops[0];
        var perSecond = window.PerSecond(loops[0].Calls);
        var rowsPerCall = loops[0].RowsPerCall;
        var severity = allPerSecond >= HighPerSecond ? AuditSeverity.High : AuditSeverity.Medium;
        var busiest = statements.MaxBy(statement => statement.Window.Calls)!;
        return new Finding
        {
            Severity = commitsEach ? severity : severity - 1,
            Confidence = commitsEach ? AuditConfidence.Measured : AuditConfidence.Inferred,
            Object = $"{target.Verb} {target.Table}",
            Found = commitsEach
                ? new(
                    $"{user} ran {target.Verb} on {target.Table} {perSecond:0.#} times a second for {rowsPerCall:0.##} rows, one after another and "
                    + "each with its own commit",
                    $"{user} ejecutó {target.Verb} sobre {target.Table} {perSecond:0.#} veces por segundo para {rowsPerCall:0.##} filas, una tras "
                    + "otra y cada una con su propio commit")
                : new(
                    $"{user} ran {target.Verb} on {target.Table} {perSecond:0.#} times a second for {rowsPerCall:0.##} rows, many times in each "
                    + $"transaction; transactions waited {idleShare:0%} of their time for the next statement",
                    $"{user} ejecutó {target.Verb} sobre {target.Table} {perSecond:0.#} veces por segundo para {rowsPerCall:0.##} filas, muchas "
                    + $"veces en cada transacción; las transacciones esperaron el {idleShare:0%} de su tiempo a la siguiente sentencia"),
            Evidence =
            [
                Evidence.Of("statementsPerSecond", perSecond, "statements", "sentencias", "/s"),
                Evidence.Of("allPerSecond", allPerSecond, "such statements of the role, on all tables",
                    "de este tipo por el rol, en todas las tablas", "/s"),
                Evidence.Of("rowsPerStatement", rowsPerCall, "rows by statement", "filas por sentencia"),
                Evidence.Of("commitsPerRow", commitsPerRow, "commits per row written", "commits por fila escrita"),
                Evidence.Of("waitingInTransaction", 100 * idleShare, "time in transactions spent waiting for the client",
                    "tiempo en transacciones esperando al cliente", "%"),
                Evidence.Of("targets", string.Join(", ", loops.Select(table => $"{table.Target.Verb} {table.Target.Table}")), "written so",
                    "escritas así"),
                Evidence.Of("role", user, "role", "rol"),
                Evidence.Of("statement", StatementText.Shown(busiest.Text), "statement", "sentencia"),
            ],
            Fix = new Fix
            {
                Advice = new(
                    "Collect rows and write them with one statement: INSERT … SELECT * FROM unnest($1, $2, …) with an array for each column (also "
                    + "with ON CONFLICT), COPY for bulk loads, or NpgsqlBatch in one transaction.",
                    "Agrupe las filas y escríbalas con una sentencia: INSERT … SELECT * FROM unnest($1, $2, …) con un array por columna (también "
                    + "con ON CONFLICT), COPY para cargas masivas, o NpgsqlBatch en una transacción."),
            },
        };
    }
}
