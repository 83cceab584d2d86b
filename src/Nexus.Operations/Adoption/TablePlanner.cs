using Nexus.Errors;
using Nexus.Postgres;

namespace Nexus.Operations.Adoption;

/// <summary>Plans how one legacy table gets the target schema, from any mixed state. Parts that already match need no step.</summary>
internal sealed class TablePlanner(PlanContext context, TableShape legacy, TableShape target)
{
    private readonly string _table = SqlIdentifier.Quote(target.Name);

    /// <param name="afterConversions">Steps between the new types and the filling of NULLs.</param>
    public async Task PlanAsync(Func<Task>? afterConversions = null)
    {
        if (target.IsPartitioned != legacy.IsPartitioned)
            throw new StoreIncompatibleException($"table {target.Name} cannot be adopted by Nexus: rename it and run nexus migrate again");
        foreach (var key in target.KeyColumns)
        {
            if (legacy.Find(key) is null)
                throw new StoreIncompatibleException(
                    $"table {target.Name} has no column {key}, so it is not a legacy table: rename it or use another schema");
        }

        foreach (var old in legacy.Columns.Where(old => old.IsIdentity && target.Find(old.Name) is { IsIdentity: false }))
        {
            context.Plan.BeforeSequences.Add(
                new AdoptionStep(
                    target.Name,
                    $"{old.Name} changed from an identity to a sequence",
                    0,
                    $"ALTER TABLE {_table} ALTER {SqlIdentifier.Quote(old.Name)} DROP IDENTITY"));
        }
        await MakeRoomForGeneratedAsync().ConfigureAwait(false);
        await new KeyPlanner(context, legacy, target).PlanRowsAsync().ConfigureAwait(false);
        await new ColumnPlanner(context, legacy, target).PlanAsync().ConfigureAwait(false);
        await AddMissingAsync(generated: false).ConfigureAwait(false);
        if (afterConversions is not null) await afterConversions().ConfigureAwait(false);
        await FillNullsAsync().ConfigureAwait(false);
        await AddMissingAsync(generated: true).ConfigureAwait(false);
        PlanRules();
        new KeyPlanner(context, legacy, target).PlanConstraint();
        var options = target.Options.Except(legacy.Options).ToList();
        if (options.Count > 0) Add("storage settings", 0, $"ALTER TABLE {_table} SET ({string.Join(", ", options)})");
    }

    /// <summary>A legacy column with the name of a generated column keeps its values under another name.</summary>
    private async Task MakeRoomForGeneratedAsync()
    {
        foreach (var column in target.Columns.Where(column => column.Generated is not null && legacy.Find(column.Name) is { Generated: null }))
        {
            var name = LegacyNames.Free(legacy, column.Name);
            Add($"column {column.Name} renamed to {name}, because a generated column needs the name", await CountAsync("true").ConfigureAwait(false),
                $"ALTER TABLE {_table} RENAME COLUMN {SqlIdentifier.Quote(column.Name)} TO {SqlIdentifier.Quote(name)}");
        }
    }

    private bool IsMissing(ColumnShape column) =>
        legacy.Find(column.Name) is not { } found || (column.Generated is not null && found.Generated is null);

    private async Task AddMissingAsync(bool generated)
    {
        var missing = target.Columns.Where(column => IsMissing(column) && (column.Generated is not null) == generated).ToList();
        if (missing.Count == 0) return;
        var sql = new List<string> { $"ALTER TABLE {_table} {string.Join(", ", missing.Select(column => "ADD COLUMN " + Define(column)))}" };
        sql.AddRange(
            missing.Where(column => NeedsHelp(column))
                .Select(column => $"ALTER TABLE {_table} ALTER {SqlIdentifier.Quote(column.Name)} DROP DEFAULT"));
        Add(
            $"{(generated ? "generated " : "")}columns added: {string.Join(", ", missing.Select(column => column.Name))}",
            await CountAsync("true").ConfigureAwait(false),
            [.. sql]);

        static bool NeedsHelp(ColumnShape column) => column is { NotNull: true, Default: null, Generated: null };

        static string Define(ColumnShape column) => string.Join(' ', new[]
        {
            SqlIdentifier.Quote(column.Name), column.Type,
            column.Collation is null ? null : $"COLLATE {SqlIdentifier.Quote(column.Collation)}",
            column.Generated is null ? null : $"GENERATED ALWAYS AS ({column.Generated}) STORED",
            column.Default is null ? NeedsHelp(column) ? $"DEFAULT {Filler(column)}" : null : $"DEFAULT {column.Default}",
            column.NotNull ? "NOT NULL" : null,
        }.OfType<string>());
    }

    private async Task FillNullsAsync()
    {
        foreach (var column
            in target.Columns.Where(column => column is { NotNull: true, Generated: null } && !target.KeyColumns.Contains(column.Name)))
        {
            if (legacy.Find(column.Name) is not { } old || (old.NotNull && column.Type != "jsonb" && !ColumnPlanner.IsConverted(old, column)))
                continue;
            var value = ColumnPlanner.ValueOf(old, column, context.TimeZone);
            // A JSON null is not an object either.
            var isEmpty = column.Type == "jsonb" ? $"({value}) IS NULL OR ({value}) = 'null'" : $"({value}) IS NULL";
            var rows = await CountAsync(isEmpty).ConfigureAwait(false);
            if (rows == 0) continue;
            var name = SqlIdentifier.Quote(column.Name);
            Add($"empty {column.Name} set to its default", rows,
                $"UPDATE {_table} SET {name} = {Filler(column)} WHERE {name} IS NULL{(column.Type == "jsonb" ? $" OR {name} = 'null'" : "")}");
        }
    }

    private static string Filler(ColumnShape column) =>
        column.Default ?? (
            column.Type == "jsonb"
                ? "'null'"
                : throw new StoreIncompatibleException($"column {column.Name} has no default for rows without a value"));

    /// <summary>Plans the defaults and NOT NULL constraints of the target. A legacy column must not make inserts of Nexus fail.</summary>
    private void PlanRules()
    {
        var changes = new List<string>();
        var names = new List<string>();
        foreach (var old in legacy.Columns.Where(old => old.Generated is null))
        {
            var name = SqlIdentifier.Quote(old.Name);
            var before = changes.Count;
            if (target.Find(old.Name) is { Generated: null } column)
            {
                var isConverted = ColumnPlanner.IsConverted(old, column);
                if (old.Default != column.Default || isConverted)
                {
                    if (column.Default is not null) changes.Add($"ALTER {name} SET DEFAULT {column.Default}");
                    else if (old.Default is not null && !isConverted) changes.Add($"ALTER {name} DROP DEFAULT");
                }
                if (column.NotNull && (!old.NotNull || (isConverted && !legacy.KeyColumns.Contains(old.Name))))
                    changes.Add($"ALTER {name} SET NOT NULL");
                if (!column.NotNull && old.NotNull && !target.KeyColumns.Contains(column.Name)) changes.Add($"ALTER {name} DROP NOT NULL");
            }
            else if (old is { NotNull: true, Default: null, IsIdentity: false } && target.Find(old.Name) is null)
                changes.Add($"ALTER {name} DROP NOT NULL");
            if (changes.Count > before) names.Add(old.Name);
        }
        var checks = target.Checks.Except(legacy.Checks).ToList();
        changes.AddRange(checks.Select(check => $"ADD {check}"));
        if (changes.Count > 0) Add($"defaults and NOT NULL of {string.Join(", ", names)}", 0, $"ALTER TABLE {_table} {string.Join(", ", changes)}");
    }

    private Task<long> CountAsync(string where) => context.CountAsync($"SELECT count(*) FROM {_table} WHERE {where}");

    private void Add(string what, long rows, params string[] sql) => context.Plan.Steps.Add(new AdoptionStep(target.Name, what, rows, sql));
}
