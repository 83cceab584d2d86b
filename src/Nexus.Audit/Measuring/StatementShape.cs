namespace Nexus.Audit;

/// <summary>A table that a statement reads, as the text names it.</summary>
/// <param name="Schema">Null when it names none.</param>
/// <param name="Name">The table.</param>
/// <param name="Alias">What conditions call it.</param>
internal sealed record TableUse(string? Schema, string Name, string Alias);

/// <summary>A condition that compares a column with something that the client gives.</summary>
/// <param name="Qualifier">The table or alias before the column, null without.</param>
/// <param name="Column">The column.</param>
/// <param name="Values">How many values it may have: 1 for =, the list's length for IN and ANY; null for a range.</param>
internal sealed record ColumnCondition(string? Qualifier, string Column, int? Values);

/// <summary>
/// What one SELECT, UPDATE or DELETE of a statement reads and by which conditions, from its normalised text: a statement of another role is read and
/// never planned, since the planner calls what is in it. Conditions beside OR and NOT are none.
/// </summary>
internal sealed class StatementShape
{
    private static readonly HashSet<string> EndsTables = new(StringComparer.OrdinalIgnoreCase)
        { "where", "group", "order", "limit", "having", "window", "union", "intersect", "except", "offset", "fetch", "for", "returning", "set",
            "values", "select", "on", "using", "tablesample" };

    private static readonly HashSet<string> EndsConditions = new(StringComparer.OrdinalIgnoreCase)
        { "group", "order", "limit", "having", "window", "union", "intersect", "except", "offset", "fetch", "for", "returning", "join", "left",
            "right", "inner", "full", "cross", "natural", "set", "values", "when", "then", "else", "end" };

    private readonly List<TableUse> _tables = [];
    private readonly List<ColumnCondition> _conditions = [];

    /// <summary>The tables of its FROM, JOIN, UPDATE, DELETE FROM and USING.</summary>
    public IReadOnlyList<TableUse> Tables => _tables;

    /// <summary>Conditions that all rows must meet; empty if OR or NOT is among them.</summary>
    public IReadOnlyList<ColumnCondition> Conditions => HasAlternatives ? [] : _conditions;

    /// <summary>OR or NOT is among the conditions.</summary>
    public bool HasAlternatives { get; private set; }

    private bool IsInConditions { get; set; }

    private bool IsInTables { get; set; }

    /// <summary>Every SELECT, UPDATE and DELETE of the text, those inside others too.</summary>
    public static IReadOnlyList<StatementShape> Read(string text)
    {
        if (text.Length > StatementText.LongestRead) text = text[..StatementText.LongestRead];
        var tokens = SqlLexer.Read(text).Where(token => token.Kind is not (SqlKind.Space or SqlKind.Comment)).ToArray();
        return new Reader(text, tokens).Read();
    }

    /// <summary>
    /// Reads the tokens from left to right; a bracket around a SELECT begins a shape of its own, any other belongs to the one around it.
    /// </summary>
    private sealed class Reader(string text, SqlToken[] tokens)
    {
        private readonly List<StatementShape> _all = [];
        private readonly Stack<(StatementShape Shape, bool IsInConditions, bool IsInTables, bool IsOwn)> _open = new();
        private readonly HashSet<string> _withs = [];
        private StatementShape _shape = new();

        public IReadOnlyList<StatementShape> Read()
        {
            _all.Add(_shape);
            for (var i = 0; i < tokens.Length; i++) Take(i);
            foreach (var shape in _all) shape._tables.RemoveAll(table => table.Schema is null && _withs.Contains(table.Name));
            return [.. _all.Where(shape => shape.Tables.Count > 0)];
        }

        private void Take(int i)
        {
            if (Is(i, "(")) Open(i);
            else if (Is(i, ")")) Close();
            else if (Is(i, "with") || (Is(i, ",") && IsWith(i + 1))) AddWith(i + (Is(i + 1, "recursive") ? 2 : 1));
            else if ((Is(i, "from") && !IsAfter(i, "distinct") && !IsInCall) || Is(i, "join") || (Is(i, "update") && !IsAfter(i, "for", "do", "key"))
                || (Is(i, "using") && !Is(i + 1, "("))) Tables(i);
            else if (Is(i, ",") && _shape.IsInTables) Tables(i);
            else if (Is(i, "where") || (Is(i, "on") && !Is(i + 1, "conflict"))) (_shape.IsInConditions, _shape.IsInTables) = (true, false);
            else if (_shape.IsInConditions && (Is(i, "or") || (Is(i, "not") && !IsPlainNot(i)))) _shape.HasAlternatives = true;
            else if (tokens[i].Kind == SqlKind.Word && EndsConditions.Contains(Text(i))) (_shape.IsInConditions, _shape.IsInTables) = (false, false);
            else if (tokens[i].Kind == SqlKind.Word && EndsTables.Contains(Text(i))) _shape.IsInTables = false;
            if (Is(i, "union") || Is(i, "intersect") || Is(i, "except")) _all.Add(_shape = new StatementShape());
            if (_shape.IsInConditions && BeginsCondition(i)) Condition(i + 1);
        }

        private void Open(int i)
        {
            var isOwn = Is(i + 1, "select") || Is(i + 1, "with") || Is(i + 1, "update") || Is(i + 1, "delete") || Is(i + 1, "insert");
            _open.Push((_shape, _shape.IsInConditions, _shape.IsInTables, isOwn));
            if (isOwn) _all.Add(_shape = new StatementShape());
        }

        private void Close()
        {
            if (!_open.TryPop(out var outer)) return;
            _shape = outer.Shape;
            (_shape.IsInConditions, _shape.IsInTables) = (outer.IsInConditions, outer.IsInTables);
        }

        private bool IsWith(int i) => Name(i) is not null && Is(i + 1, "as") && (Is(i + 2, "(") || Is(i + 2, "materialized") || Is(i + 2, "not"));

        /// <summary>Inside of a bracket that holds no statement: extract(… FROM …).</summary>
        private bool IsInCall => _open.Count > 0 && !_open.Peek().IsOwn;

        private void AddWith(int i)
        {
            if (Name(i) is { } name) _withs.Add(name);
        }

        /// <summary>NOT that belongs to one condition: NOT NULL, NOT IN, NOT EXISTS, ….</summary>
        private bool IsPlainNot(int i) => Is(i + 1, "null") || Is(i + 1, "in") || Is(i + 1, "exists") || Is(i + 1, "like") || Is(i + 1, "ilike")
            || Is(i + 1, "between") || Is(i + 1, "similar") || Is(i + 1, "distinct");

        /// <summary>A table after FROM, JOIN, UPDATE, USING or a comma between tables.</summary>
        private void Tables(int i)
        {
            _shape.IsInTables = !Is(i, "update");
            _shape.IsInConditions = false;
            var at = i + 1;
            while (Is(at, "only") || Is(at, "lateral")) at++;
            if (Name(at) is not { } name || (tokens[at].Kind == SqlKind.Word && EndsTables.Contains(Text(at)))) return;
            string? schema = null;
            if (Is(at + 1, ".") && Name(at + 2) is { } qualified) (schema, name, at) = (name, qualified, at + 2);
            // A function, not a table.
            if (Is(at + 1, "(")) return;
            at++;
            if (Is(at, "*")) at++;
            if (Is(at, "as")) at++;
            var alias = Name(at) is { } word && !(tokens[at].Kind == SqlKind.Word
                && (EndsTables.Contains(Text(at)) || EndsConditions.Contains(Text(at)))) ? word : name;
            _shape._tables.Add(new TableUse(schema, name, alias));
        }

        /// <summary>After WHERE, ON, AND, or a bracket that only groups.</summary>
        private bool BeginsCondition(int i) => Is(i, "where") || Is(i, "on") || Is(i, "and")
            || (Is(i, "(") && i > 0 && (Is(i - 1, "where") || Is(i - 1, "on") || Is(i - 1, "and") || Is(i - 1, "(")));

        private void Condition(int i)
        {
            var at = i;
            while (Is(at, "(")) at++;
            if (tokens.Length > at && tokens[at].Kind is SqlKind.Parameter or SqlKind.Number or SqlKind.String)
            {
                // $1 = column
                if (Is(at + 1, "=") && Column(at + 2) is { } mirrored && !Is(mirrored.Next, "(")) Add(mirrored.Qualifier, mirrored.Name, 1);
                return;
            }
            if (Column(at) is not var (qualifier, name, next)) return;
            while (Is(next, ")")) next++;
            if (Is(next, "::") || (Is(next, ":") && Is(next + 1, ":")))
            {
                next += Is(next, "::") ? 1 : 2;
                while (next < tokens.Length && (tokens[next].Kind == SqlKind.Word || Is(next, "."))) next++;
                while (Is(next, ")")) next++;
            }
            if (Is(next, "=") && (Is(next + 1, "any") || Is(next + 1, "some"))) Add(qualifier, name, ListLength(next + 2));
            else if (Is(next, "=") && IsGiven(next + 1)) Add(qualifier, name, 1);
            else if (Is(next, "in") && Is(next + 1, "(") && IsGiven(next + 2)) Add(qualifier, name, ListLength(next + 1));
            else if ((Is(next, "<") || Is(next, ">") || Is(next, "<=") || Is(next, ">=") || Is(next, "between"))
                && IsGiven(next + 1)) Add(qualifier, name, null);
        }

        private void Add(string? qualifier, string column, int? values) => _shape._conditions.Add(new ColumnCondition(qualifier, column, values));

        private (string? Qualifier, string Name, int Next)? Column(int i)
        {
            if (Name(i) is not { } name) return null;
            string? qualifier = null;
            var next = i + 1;
            while (Is(next, ".") && Name(next + 1) is { } part) (qualifier, name, next) = (name, part, next + 2);
            return (qualifier, name, next);
        }

        /// <summary>What does not come from a row: a parameter, a constant, or a call; a bare name is another column.</summary>
        private bool IsGiven(int i)
        {
            while (Is(i, "(") || Is(i, "-")) i++;
            if (i >= tokens.Length || Is(i, "select")) return false;
            if (tokens[i].Kind is SqlKind.Parameter or SqlKind.Number or SqlKind.String) return true;
            if (Name(i) is not { } name) return false;
            while (Is(i + 1, ".")) i += 2;
            return Is(i + 1, "(") || name is "current_timestamp" or "current_date" or "current_user" or "localtimestamp"
                || (i + 1 < tokens.Length && tokens[i + 1].Kind is SqlKind.String or SqlKind.Parameter);
        }

        /// <summary>Values between brackets; an array in one parameter counts as a few.</summary>
        private int ListLength(int i)
        {
            const int array = 10;
            var (depth, values) = (0, 1);
            for (; i < tokens.Length; i++)
            {
                if (Is(i, "(") || Is(i, "[")) depth++;
                else if (Is(i, ")") || Is(i, "]")) depth--;
                else if (Is(i, ",")) values++;
                if (depth == 0) break;
            }
            return values > 1 ? values : array;
        }

        private bool IsAfter(int i, params ReadOnlySpan<string> words)
        {
            foreach (var word in words) if (i > 0 && Is(i - 1, word)) return true;
            return false;
        }

        private bool Is(int i, string word) => i < tokens.Length && tokens[i].Is(text, word);

        private string Text(int i) => tokens[i].Of(text).ToString();

        private string? Name(int i) => i < tokens.Length && tokens[i].Kind is SqlKind.Word or SqlKind.Quoted ? UpdateShape.Plain(Text(i)) : null;
    }
}
