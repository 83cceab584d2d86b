using System.Text.RegularExpressions;

namespace Nexus.Audit;

/// <summary>A statement that runs once for each row that another returned.</summary>
internal sealed partial class Q2NPlusOne : AuditCheck
{
    private const double Tolerance = 0.1, SlicesThatMatch = 0.8, HighPerParent = 20, HighPerSecond = 20;

    /// <summary>With fewer rows a parent, a user and its session read one after the other would look alike.</summary>
    private const double FewestRows = 3;

    /// <summary>Three lists of seven and 19 lookups beside them agree by chance.</summary>
    private const int FewestCalls = 50;

    public override string Id => "Q2";

    public override Bilingual Title { get; } = new("One query for each row of another (N+1)", "Una consulta por cada fila de otra (N+1)");

    public override Bilingual Positive { get; } =
        new("No query runs once for each row of another", "Ninguna consulta se ejecuta una vez por cada fila de otra");

    public override Bilingual SeverityRule { get; } = new(
        "a lookup by key runs as often as another statement returns rows (±10 % in 80 % of the parts of the window): high from 20 rows each time "
        + "and 20 lookups a second, otherwise medium",
        "una búsqueda por clave se ejecuta tantas veces como filas devuelve otra sentencia (±10 % en el 80 % de las partes de la ventana): alta "
        + "desde 20 filas cada vez y 20 por segundo, si no media");

    public override Bilingual FalsePositives { get; } = new(
        "two schedules with the same interval; work that is distributed row by row on purpose",
        "dos tareas programadas con el mismo ritmo; trabajo repartido fila a fila a propósito");

    public override AuditNeeds Needs => AuditNeeds.Window | AuditNeeds.Statements;

    public override Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var selects = context.Window.Statements.Where(statement => statement.Key.IsTopLevel && statement.Window.Calls > 0
            && StatementText.Verb(statement.Text) is "SELECT" or "WITH").ToList();
        var parents = selects.Where(statement => statement.Window.Rows >= FewestRows * statement.Window.Calls).ToList();
        var children = selects.Where(statement => statement.Window.Calls >= FewestCalls && statement.Window.Rows <= 1.05 * statement.Window.Calls
            && ByKey().IsMatch(statement.Text));
        var findings = children
            .Select(child => (Child: child, Parent: parents.Where(parent => parent.Key.UserId == child.Key.UserId
                && GoTogether(parent, child)).MinBy(parent => Math.Abs(parent.Window.Rows - child.Window.Calls))))
            .Where(pair => pair.Parent is not null)
            .Select(pair => MakeFinding(pair.Parent!, pair.Child, context.Window));
        return Task.FromResult<IReadOnlyList<Finding>>([.. findings]);
    }

    private static bool GoTogether(StatementActivity parent, StatementActivity child)
    {
        // What one run of the parent leads to may fall into the next part of the window.
        var straddling = (double)parent.Window.Rows / parent.Window.Calls;
        var distance = Math.Abs(child.Window.Calls - parent.Window.Rows);
        const int many = 5;
        if (distance > Tolerance * parent.Window.Rows + (parent.Window.Calls >= many ? straddling : 0)) return false;
        var active = parent.Slices.Zip(child.Slices).Where(pair => pair.First.Rows > 0 || pair.Second.Calls > 0).ToList();
        return active.Count(pair => Math.Abs(pair.Second.Calls - pair.First.Rows) <= Tolerance * pair.First.Rows
            + straddling) >= SlicesThatMatch * active.Count;
    }

    private static Finding MakeFinding(StatementActivity parent, StatementActivity child, WindowData window)
    {
        var perParent = (double)parent.Window.Rows / parent.Window.Calls;
        var perSecond = window.PerSecond(child.Window.Calls);
        return new Finding
        {
            Severity = perParent >= HighPerParent && perSecond >= HighPerSecond ? AuditSeverity.High : AuditSeverity.Medium,
            Confidence = AuditConfidence.Inferred,
            Object = child.Name,
            Found = new(
                $"a lookup by key ran {perSecond:0.#} times a second, as often as another statement returned rows ({perParent:0.#} each time): "
                + $"{child.Window.Calls} lookups for {parent.Window.Rows} rows",
                $"una búsqueda por clave se ejecutó {perSecond:0.#} veces por segundo, tantas como filas devolvió otra sentencia ({perParent:0.#} "
                + $"cada vez): {child.Window.Calls} búsquedas para {parent.Window.Rows} filas"),
            Evidence =
            [
                Evidence.Of("callsPerSecond", perSecond, "lookups", "búsquedas", "/s"),
                Evidence.Of("rowsPerParent", perParent, "rows of the other statement each time", "filas de la otra sentencia cada vez"),
                Evidence.Of("lookups", child.Window.Calls, "lookups in the window", "búsquedas en la ventana"),
                Evidence.Of("parentRows", parent.Window.Rows, "rows in the window", "filas en la ventana"),
                Evidence.Of("timePerLookup", child.WindowTime / child.Window.Calls, "server time per lookup", "tiempo del servidor por búsqueda",
                    "ms"),
                Evidence.Of("role", child.User, "role", "rol"),
                Evidence.Of("statement", StatementText.Shown(child.Text), "lookup", "búsqueda"),
                Evidence.Of("parent", StatementText.Shown(parent.Text), "other statement", "otra sentencia"),
            ],
            Fix = new Fix
            {
                Advice = new(
                    "Query all keys at once, with an array as the parameter, or join the two statements. For example: " + ForAll(child.Text),
                    "Consulte todas las claves de una vez, con un array como parámetro, o una las dos sentencias. Por ejemplo: "
                        + ForAll(child.Text)),
            },
        };
    }

    private static string ForAll(string text) =>
        ByKey().Replace(StatementText.Shown(text), match => $"{match.Groups["before"].Value}= ANY({match.Groups["parameter"].Value})", 1);

    [GeneratedRegex(@"(?<before>[^<>!=])=\s*(?<parameter>\$\d+)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ByKey();
}
