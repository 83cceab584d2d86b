using Nexus.Postgres;

namespace Nexus.Operations.Adoption;

/// <summary>The progress of a migration.</summary>
/// <param name="Subject">The table or the migration.</param>
/// <param name="What">The action, such as <c>secrets sealed</c>, or what is being waited for.</param>
/// <param name="Done">Rows done so far.</param>
/// <param name="Total">The total number of rows; 0 if there is nothing to count.</param>
public readonly record struct MigrateProgress(string Subject, string What, long Done, long Total);

/// <summary>Forwards the migrator's steps, and records those that this process did, not those of another process that it waited for.</summary>
internal sealed class MigrationSteps(IProgress<MigrateProgress>? progress) : IProgress<MigrationStep>
{
    private readonly List<string> _indexes = [];
    private readonly List<string> _applied = [];

    public IReadOnlyList<string> Indexes => _indexes;

    public IReadOnlyList<string> Applied => _applied;

    public void Report(MigrationStep value)
    {
        if (value.Kind is MigrationStepKind.Building or MigrationStepKind.Rebuilding) _indexes.Add(value.Detail!);
        if (value.Kind == MigrationStepKind.Applied) _applied.Add(value.Migration);
        progress?.Report(new MigrateProgress(value.Migration, value.Kind switch
        {
            MigrationStepKind.Waiting => $"waiting for {value.Detail}",
            MigrationStepKind.Applying => "applying",
            MigrationStepKind.Building => $"building index {value.Detail}",
            MigrationStepKind.Rebuilding => $"building index {value.Detail} again, because an interrupted build left it invalid",
            MigrationStepKind.Undoing => "undoing",
            MigrationStepKind.Undone => "undone",
            _ => "applied",
        }, 0, 0));
    }
}
