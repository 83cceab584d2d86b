namespace Nexus.Operations.Adoption;

/// <summary>Plans the special steps of bot_state: the name of the timestamp, and the AI filter, which the legacy bot kept among the groups.</summary>
internal sealed class BotStatePlanner(PlanContext context, TableShape legacy, TableShape target)
{
    private const string Table = "bot_state";
    private const string HiddenFilter = "_AI_FILTER";

    public Task PlanAsync()
    {
        var shape = legacy;
        if (shape.Find("updated_at") is not null && shape.Find("last_updated") is null)
        {
            context.Plan.Steps.Add(
                new AdoptionStep(Table, "updated_at renamed to last_updated", 0, $"ALTER TABLE {Table} RENAME COLUMN updated_at TO last_updated"));
            shape = shape with
            {
                Columns =
                [
                    .. shape.Columns.Select(
                        column => column.Name == "updated_at" ? column with { Name = "last_updated", NameNow = "updated_at" } : column)
                ],
            };
        }
        return new TablePlanner(context, shape, target).PlanAsync(PlanFilterAsync);
    }

    private async Task PlanFilterAsync()
    {
        if (legacy.Find("group_config") is not { } groups) return;
        var document = ColumnPlanner.ValueOf(groups, target.Find("group_config")!, context.TimeZone);
        var hidden = $"pg_temp.nexus_try_boolean({document} ->> '{HiddenFilter}')";
        var isHidden = $"jsonb_typeof({document}) = 'object' AND ({document}) ? '{HiddenFilter}'";
        // A newer version of the legacy bot used a column. The hidden flag is then a leftover, unless it has a different value.
        var column = legacy.Find("ai_filter_enabled") is { } filter
            ? $"({ColumnPlanner.ValueOf(filter, target.Find("ai_filter_enabled")!, context.TimeZone)})"
            : "NULL::boolean";
        var agrees = $"{hidden} IS NOT NULL AND {hidden} = coalesce({column}, {hidden})";

        await context.RejectAsync(
            Table,
            $"group_config/{HiddenFilter}",
            "is neither true nor false; it stays",
            $"SELECT id::text FROM {Table} WHERE {isHidden} AND {hidden} IS NULL").ConfigureAwait(false);
        await context.RejectAsync(Table, $"group_config/{HiddenFilter}", "differs from ai_filter_enabled, which was kept; the flag stays",
            $"SELECT id::text FROM {Table} WHERE {isHidden} AND {hidden} IS NOT NULL AND NOT ({agrees})").ConfigureAwait(false);
        var rows = await context.CountAsync($"SELECT count(*) FROM {Table} WHERE {isHidden} AND {agrees}").ConfigureAwait(false);
        if (rows == 0) return;
        // At this point the columns have their types.
        const string flag = $"pg_temp.nexus_try_boolean(group_config ->> '{HiddenFilter}')";
        var newColumn = legacy.Find("ai_filter_enabled") is null ? flag : $"coalesce(ai_filter_enabled, {flag})";
        context.Plan.Steps.Add(new AdoptionStep(Table, $"{HiddenFilter} moved from group_config to ai_filter_enabled", rows,
            $"""
            UPDATE {Table} SET ai_filter_enabled = {newColumn}, group_config = group_config - '{HiddenFilter}'
            WHERE jsonb_typeof(group_config) = 'object' AND group_config ? '{HiddenFilter}' AND {flag} = {newColumn}
            """));
    }
}
