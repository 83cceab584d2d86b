namespace Nexus.Audit;

/// <summary>Statements that the server plans again each time they run.</summary>
internal sealed class Q1Unprepared : AuditCheck
{
    private const double PlansPerCall = 0.9, HighPerSecond = 10, HighPlanningShare = 0.3, LeastPerSecond = 1;

    /// <summary>Of a role's executions, planned seldom: its driver prepares, and what is planned each time is so by the server's choice.</summary>
    private const double PreparedShare = 0.2;

    private const int FewestCalls = 5, FewestSampled = 3;

    public override string Id => "Q1";

    public override Bilingual Title { get; } = new("Statements are not prepared", "Sentencias sin preparar");

    public override Bilingual Positive { get; } = new("Frequent statements are prepared", "Las sentencias frecuentes están preparadas");

    public override Bilingual SeverityRule { get; } = new(
        "statements planned in at least 9 of 10 executions: high from 10 a second with 30 % of their time spent planning, otherwise medium; low "
        + "and inferred for a role that prepares other statements",
        "sentencias planificadas en 9 de cada 10 ejecuciones o más: alta desde 10 por segundo con el 30 % del tiempo en planificar, si no media; "
        + "baja e inferida en un rol que prepara otras");

    public override Bilingual FalsePositives { get; } = new(
        "a prepared statement for which the server prefers a plan for each value (skewed data, partitions) is also planned each time; a pooler in "
        + "transaction mode may prevent preparing",
        "una sentencia preparada para la que el servidor prefiere un plan por valor (datos desiguales, particiones) también se planifica cada vez; "
        + "un pooler en modo transacción puede impedir preparar");

    public override AuditNeeds Needs => AuditNeeds.Window | AuditNeeds.Statements;

    public override Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var sampled = context.Window.Samples.SelectMany(sample => sample)
            .Where(session => session.Database == context.Server.Database && session.IsClient && !session.IsHidden
                && Literals.TakesParameters(session.Query)).ToList();
        if (!context.Server.Statements!.CountsPlans)
        {
            context.CannotSee(
                new("pg_stat_statements does not count plans (track_planning is off)",
                    "pg_stat_statements no cuenta los planes (track_planning está desactivado)"),
                "ALTER SYSTEM SET pg_stat_statements.track_planning = on");
            return Task.FromResult<IReadOnlyList<Finding>>([.. FromSamples(sampled)]);
        }
        var findings = context.Window.Statements
            // Inside functions statements are prepared by the server itself.
            .Where(statement => statement.Key.IsTopLevel && statement.Window.Calls >= FewestCalls && Literals.TakesParameters(statement.Text)
                && !StatementText.IsHousekeeping(statement.Text))
            .GroupBy(statement => statement.User)
            .Select(group => Counted(group.Key, group.ToLookup(statement => statement.Window.Plans >= PlansPerCall * statement.Window.Calls), sampled,
                context.Window))
            .OfType<Finding>();
        return Task.FromResult<IReadOnlyList<Finding>>([.. findings]);
    }

    private static Finding? Counted(string user, ILookup<bool, StatementActivity> byPlanning, List<SessionSample> sampled, WindowData window)
    {
        var statements = byPlanning[true].ToList();
        if (statements.Count == 0) return null;
        var calls = statements.Sum(statement => statement.Window.Calls);
        var plans = statements.Sum(statement => statement.Window.Plans);
        var planning = statements.Sum(statement => statement.Window.PlanTime);
        var share = planning / Math.Max(0.001, planning + statements.Sum(statement => statement.Window.ExecutionTime));
        var perSecond = window.PerSecond(calls);
        if (perSecond < LeastPerSecond) return null;
        var prepared = byPlanning[false].Where(statement => statement.Window.Plans < 0.5 * statement.Window.Calls)
            .Sum(statement => statement.Window.Calls);
        var prepares = prepared >= PreparedShare * (calls + prepared);
        var costliest = statements.MaxBy(statement => statement.Window.PlanTime)!;
        var own = sampled.Where(session => session.User == user).ToList();
        return new Finding
        {
            Severity = prepares ? AuditSeverity.Low : perSecond >= HighPerSecond && share >= HighPlanningShare
                ? AuditSeverity.High : AuditSeverity.Medium,
            Confidence = prepares ? AuditConfidence.Inferred : AuditConfidence.Measured,
            Object = $"role {user}",
            Found = new(
                $"{statements.Count} statements of {user} ran {perSecond:0.#} times a second and were planned {(double)plans / calls:0.##} times "
                + $"per execution; planning took {share:0%} of their time",
                $"{statements.Count} sentencias de {user} se ejecutaron {perSecond:0.#} veces por segundo y se planificaron "
                + $"{(double)plans / calls:0.##} veces por ejecución; planificar ocupó el {share:0%} de su tiempo"),
            Evidence =
            [
                Evidence.Of("plansPerCall", (double)plans / calls, "plans by execution", "planes por ejecución"),
                Evidence.Of("callsPerSecond", perSecond, "executions", "ejecuciones", "/s"),
                Evidence.Of("planningShare", 100 * share, "share of their time spent planning", "parte de su tiempo en planificar", "%"),
                Evidence.Of("statements", statements.Count, "statements", "sentencias"),
                Evidence.Of("preparedShare", 100.0 * prepared / (calls + prepared), "executions of the role that were not planned",
                    "ejecuciones del rol sin planificar", "%"),
                Evidence.Of("statement", StatementText.Shown(costliest.Text), "the statement with the longest planning",
                    "la sentencia con más tiempo de planificación"),
                .. own.Count == 0 ? [] : (Evidence[])[Evidence.Of("literalShare",
                    100.0 * own.Count(session => Literals.AreInterpolated(session.Query)) / own.Count, "sampled statements with values in their text",
                        "sentencias muestreadas con valores en el texto", "%")],
            ],
            Fix = prepares ? CustomPlans : Advice,
        };
    }

    /// <summary>Without counted plans: values inside the text mean that nothing can be prepared; their absence means nothing.</summary>
    private static IEnumerable<Finding> FromSamples(List<SessionSample> sampled) => sampled.GroupBy(session => session.User ?? "").Select(group =>
    {
        var literal = group.Count(session => Literals.AreInterpolated(session.Query));
        if (literal < FewestSampled || literal < 0.5 * group.Count()) return null;
        return new Finding
        {
            Severity = AuditSeverity.Medium,
            Confidence = AuditConfidence.Inferred,
            Object = $"role {group.Key}",
            Found = new(
                $"{literal} of {group.Count()} sampled statements of {group.Key} had values in the text instead of parameters: they cannot have "
                + "been prepared",
                $"{literal} de {group.Count()} sentencias muestreadas de {group.Key} llevaban los valores en el texto en vez de parámetros: no "
                + "pueden estar preparadas"),
            Evidence = [Evidence.Of("literalShare", 100.0 * literal / group.Count(), "sampled statements with values in their text",
                "sentencias muestreadas con valores en el texto", "%")],
            Fix = Advice,
        };
    }).OfType<Finding>();

    private static Fix CustomPlans { get; } = new()
    {
        Advice = new(
            "This role's other statements are prepared, so the server probably chooses a new plan for the values of these each time. If one plan "
            + "suits all values, plan_cache_mode = force_generic_plan in the client's session saves the planning; measure it.",
            "Las demás sentencias de este rol están preparadas, así que probablemente el servidor elige cada vez un plan para los valores de "
            + "estas. Si un plan sirve para todos los valores, plan_cache_mode = force_generic_plan en la sesión del cliente ahorra la "
            + "planificación; mídalo."),
    };

    private static Fix Advice { get; } = new()
    {
        Advice = new(
            "Pass values as parameters and let the driver prepare: Max Auto Prepare=100 in Npgsql's connection string; asyncpg prepares "
            + "automatically; psycopg 3 after prepare_threshold executions; psycopg2 cannot. "
            + "A prepared statement belongs to its connection, so this needs a pool first (C1); PgBouncer 1.21 or newer supports them with "
            + "max_prepared_statements.",
            "Pase los valores como parámetros y deje que el controlador prepare: Max Auto Prepare=100 en la cadena de conexión de Npgsql; asyncpg "
            + "prepara solo; psycopg 3 tras prepare_threshold ejecuciones; psycopg2 no puede. "
            + "Una sentencia preparada vive en su conexión, así que antes hace falta un pool (C1); PgBouncer desde 1.21 las admite con "
            + "max_prepared_statements."),
    };
}
