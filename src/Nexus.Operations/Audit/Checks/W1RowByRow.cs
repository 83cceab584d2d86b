using Nexus.Operations.Audit.Measuring;

namespace Nexus.Operations.Audit.Checks;

/// <summary>Rows written one a statement: each pays a round trip, and mostly a commit of its own.</summary>
internal sealed class W1RowByRow : AuditCheck
{
    private const double MostRowsPerCall = 1.2, CommitsPerRow = 0.8, HighPerSecond = 50, MediumPerSecond = 10;

    /// <summary>
    /// Share of the time in transactions that the server waits for the client's next statement. A batch arrives as one and waits once; a loop waits after each statement
    /// (measured on loopback: a loop 0.6, a batch of 100 rows 0.03).
    /// </summary>
    private const double LoopIdleShare = 0.25;

    /// <summary>Share of a role's single writes that a table must have to be named.</summary>
    private const double WorthNaming = 0.1;

    private sealed record Writes(string User, WriteTarget Target, List<StatementActivity> Statements)
    {
        public long Calls { get; } = Statements.Sum(statement => statement.Window.Calls);

        public double RowsPerCall => (double)Statements.Sum(statement => statement.Window.Rows) / Calls;
    }

    public override string Id => "W1";

    public override Bilingual Title { get; } = new("Rows written one by one", "Filas escritas de una en una");

    public override Bilingual Positive { get; } = new("Rows are written in batches, or as independent events", "Las filas se escriben por lotes o como eventos independientes");

    public override Bilingual SeverityRule { get; } = new(
        "one row a statement: with a commit each (0.8 commits by row), high from 50 a second of a role, medium from 10; in a loop inside a transaction, one step lower and inferred",
        "una fila por sentencia: con un commit cada una (0.8 por fila), alta desde 50 por segundo de un rol, media desde 10; en un bucle dentro de una transacción, un grado menos y deducida");

    public override Bilingual FalsePositives { get; } = new(
        "independent events of many users, each of which must be durable by itself; a queue in the client gathers them all the same",
        "eventos independientes de muchos usuarios, cada uno durable por sí mismo; aun así una cola en el cliente puede agruparlos");

    public override AuditNeeds Needs => AuditNeeds.Window | AuditNeeds.Statements;

    public override Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var database = context.Window.Database;
        var commitsPerRow = (double)database.Commits / Math.Max(1, database.RowsWritten);
        var idleShare = database.IdleInTransactionTime / Math.Max(0.001, database.IdleInTransactionTime + database.ActiveTime);
        var commitsEach = commitsPerRow >= CommitsPerRow;
        if (!commitsEach && idleShare < LoopIdleShare) return Task.FromResult<IReadOnlyList<Finding>>([]);
        var findings = context.Window.Statements
            .Where(statement => statement.Window.Calls > 0 && statement.Key.IsTopLevel)
            .Select(statement => (Statement: statement, Target: WriteTarget.Of(statement.Text)))
            .Where(pair => pair.Target is not null)
            // A multi-row VALUES has an entry for each number of rows: what goes to one table counts together.
            .GroupBy(pair => (pair.Statement.User, pair.Target))
            .Select(group => new Writes(group.Key.User, group.Key.Target!, [.. group.Select(pair => pair.Statement)]))
            .Where(writes => writes.RowsPerCall <= MostRowsPerCall)
            // How bad it is goes by all that a role writes so; the tables that matter are named.
            .GroupBy(writes => writes.User)
            .SelectMany(role => Judge([.. role], context.Window, commitsEach, commitsPerRow, idleShare));
        return Task.FromResult<IReadOnlyList<Finding>>([.. findings]);
    }

    private static IEnumerable<Finding> Judge(List<Writes> writes, WindowData window, bool commitsEach, double commitsPerRow, double idleShare)
    {
        var all = writes.Sum(table => table.Calls);
        return window.PerSecond(all) < MediumPerSecond ? [] : writes.Where(table => table.Calls >= WorthNaming * all)
            .Select(table => MakeFinding(table, window.PerSecond(table.Calls), window.PerSecond(all), commitsEach, commitsPerRow, idleShare));
    }

    private static Finding MakeFinding(Writes writes, double perSecond, double allPerSecond, bool commitsEach, double commitsPerRow, double idleShare)
    {
        var (user, target, statements) = writes;
        var rowsPerCall = writes.RowsPerCall;
        var severity = allPerSecond >= HighPerSecond ? AuditSeverity.High : AuditSeverity.Medium;
        var busiest = statements.MaxBy(statement => statement.Window.Calls)!;
        return new Finding
        {
            Severity = commitsEach ? severity : severity - 1,
            Confidence = commitsEach ? AuditConfidence.Measured : AuditConfidence.Inferred,
            Object = $"{target.Verb} {target.Table}",
            Found = commitsEach
                ? new(
                    $"{perSecond:0.#} times a second {user} ran {target.Verb} on {target.Table} for {rowsPerCall:0.##} rows, and the database committed {commitsPerRow:0.##} times for each row written",
                    $"{perSecond:0.#} veces por segundo {user} ejecutó {target.Verb} sobre {target.Table} para {rowsPerCall:0.##} filas, y la base de datos hizo {commitsPerRow:0.##} commits por fila escrita")
                : new(
                    $"{perSecond:0.#} times a second {user} ran {target.Verb} on {target.Table} for {rowsPerCall:0.##} rows; transactions waited {idleShare:0%} of their time for the next statement, as a loop makes them",
                    $"{perSecond:0.#} veces por segundo {user} ejecutó {target.Verb} sobre {target.Table} para {rowsPerCall:0.##} filas; las transacciones esperaron el {idleShare:0%} de su tiempo a la siguiente sentencia, como en un bucle"),
            Evidence =
            [
                Evidence.Of("statementsPerSecond", perSecond, "statements", "sentencias", "/s"),
                Evidence.Of("allPerSecond", allPerSecond, "of this kind by the role, on all tables", "de este tipo por el rol, en todas las tablas", "/s"),
                Evidence.Of("rowsPerStatement", rowsPerCall, "rows by statement", "filas por sentencia"),
                Evidence.Of("commitsPerRow", commitsPerRow, "commits by row written", "commits por fila escrita"),
                Evidence.Of("waitingInTransaction", 100 * idleShare, "time in transactions spent waiting for the client", "tiempo en transacciones esperando al cliente", "%"),
                Evidence.Of("role", user, "role", "rol"),
                Evidence.Of("statement", StatementText.Shown(busiest.Text), "statement", "sentencia"),
            ],
            Fix = new Fix
            {
                Advice = new(
                    "Gather rows and write them with one statement: INSERT … SELECT * FROM unnest($1, $2, …) with an array for each column (also with ON CONFLICT), COPY for bulk loads, or NpgsqlBatch in one transaction.",
                    "Agrupe las filas y escríbalas con una sentencia: INSERT … SELECT * FROM unnest($1, $2, …) con un array por columna (también con ON CONFLICT), COPY para cargas masivas, o NpgsqlBatch en una transacción."),
            },
        };
    }
}
