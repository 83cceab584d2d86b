using Nexus.Postgres;

namespace Nexus.Operations.Adoption;

/// <summary>Plans the primary key of a table, and moves rows that cannot have one to nexus_rejected.</summary>
internal sealed class KeyPlanner(PlanContext context, TableShape legacy, TableShape target)
{
    /// <summary>The table for rows without a key, or with the key of a newer row. Their secrets are sealed like all others.</summary>
    private const string CreateRejected =
        "CREATE TABLE IF NOT EXISTS nexus_rejected (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, table_name text NOT NULL, reason text NOT "
            + "NULL, \"row\" jsonb NOT NULL, rejected_at timestamptz NOT NULL DEFAULT now())";

    private static readonly string[] Ages = ["last_updated", "updated_at", "created_at", "id"];

    private readonly string _table = SqlIdentifier.Quote(target.Name);
    private readonly string _key = string.Join(", ", target.KeyColumns.Select(SqlIdentifier.Quote));

    private KeyShape? Primary => legacy.Keys.FirstOrDefault(key => key.IsPrimary);

    private bool HasUnique => legacy.Keys.Any(key => key.Columns.SequenceEqual(target.KeyColumns));

    public async Task PlanRowsAsync()
    {
        if (Primary?.Columns.SequenceEqual(target.KeyColumns) != true || target.KeyColumns.Any(IsWidened))
        {
            foreach (var column in target.KeyColumns)
            {
                var name = SqlIdentifier.Quote(column);
                await SetAsideAsync(column, "is NULL", $"{name} IS NULL").ConfigureAwait(false);
                if (ColumnConversion.LengthOf(target.Find(column)!.Type) is { } length)
                    await SetAsideAsync(column, $"is longer than {length} characters", $"char_length({name}::text) > {length}").ConfigureAwait(false);
            }
        }
        if (!HasUnique) await SetAsideAsync(target.KeyColumns[0], "is the same as that of a newer row",
            $"ctid IN (SELECT ctid FROM (SELECT ctid, row_number() OVER (PARTITION BY {_key} ORDER BY {Newest}ctid DESC) AS place FROM {_table}) "
                + "ranked WHERE place > 1)").ConfigureAwait(false);
    }

    public void PlanConstraint()
    {
        if (Primary is { } primary && primary.Columns.SequenceEqual(target.KeyColumns)) return;
        if (Primary is { IsReferenced: true } referenced)
        {
            // Dropping it would drop the foreign keys too. A unique key is sufficient for upserts.
            if (!HasUnique)
                Add(
                    $"unique key ({_key}); the primary key {referenced.Name} stays, because foreign keys refer to it",
                    $"ALTER TABLE {_table} ADD UNIQUE ({_key})");
            return;
        }

        var sql = new List<string>();
        if (Primary is { } other) sql.Add($"ALTER TABLE {_table} DROP CONSTRAINT {SqlIdentifier.Quote(other.Name)}");
        sql.Add($"ALTER TABLE {_table} ADD PRIMARY KEY ({_key})");
        // Two indexes on the same columns would double the cost of every write.
        sql.AddRange(legacy.Keys.Where(key => key is { IsPrimary: false, IsReferenced: false } && key.Columns.SequenceEqual(target.KeyColumns))
            .Select(key => $"ALTER TABLE {_table} DROP CONSTRAINT {SqlIdentifier.Quote(key.Name)}"));
        Add($"primary key ({string.Join(", ", target.KeyColumns)})", [.. sql]);
    }

    /// <summary>Of two rows the newer is the one that was written last, according to the columns of the table.</summary>
    private string Newest => Ages.FirstOrDefault(column => legacy.Find(column) is { } found && found.NameNow == column) is { } time
        ? $"{SqlIdentifier.Quote(time)} DESC NULLS LAST, "
        : "";

    private bool IsWidened(string column) => legacy.Find(column)!.Type != target.Find(column)!.Type;

    private async Task SetAsideAsync(string column, string reason, string where)
    {
        var rows = await context.RejectAsync(target.Name, column, $"{reason}; the row was moved to nexus_rejected",
            $"SELECT {SqlIdentifier.Quote(column)}::text FROM {_table} WHERE {where} ORDER BY 1").ConfigureAwait(false);
        if (rows == 0) return;
        context.Plan.Steps.Add(new AdoptionStep(
            target.Name,
            $"rows moved to nexus_rejected, because {column} {reason}",
            rows,
            CreateRejected,
            $"WITH gone AS (DELETE FROM {_table} t WHERE {where} RETURNING to_jsonb(t.*) AS entry) INSERT INTO nexus_rejected (table_name, reason, "
                + $"\"row\") SELECT '{target.Name}', '{column} {reason}', entry FROM gone"));
    }

    private void Add(string what, params string[] sql) => context.Plan.Steps.Add(new AdoptionStep(target.Name, what, 0, sql));
}
